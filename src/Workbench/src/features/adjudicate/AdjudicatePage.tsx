import { useRef } from "react";
import { api } from "../../api/client.ts";
import type { Estimate, Project } from "../../api/types.ts";
import { More } from "../../ui/More.tsx";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { openRow, stepRow } from "../../ui/rows.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { usePages } from "../../ui/usePages.ts";
import { useReloadOn } from "../../ui/useProjectEvents.ts";
import "./adjudicate.css";
import { Adoption } from "./Adoption.tsx";
import { adjudicateCommands, type AdjudicateCommand } from "./commands.ts";
import { WaitingTable } from "./WaitingTable.tsx";

/** Documents that several people have read and that wait for gold, and how far their readers agree. */
export function AdjudicatePage(props: { project: Project; hrefOf: (documentId: string) => string }) {
  const { id } = props.project;
  const waiting = usePages(`waiting ${id}`, (after, limit) => api.adjudications(id, after, limit));
  const agreement = useAnswer(`agreement ${id}`, () => api.agreement(id));
  const annotators = useAnswer(`annotators ${id}`, () => api.annotatorQuality(id));
  const list = useRef<HTMLTableSectionElement>(null);
  // What came of making gold stays readable when nothing waits any more.
  const hadWaiting = useRef(false);
  if (waiting.value && waiting.value.length > 0) hadWaiting.current = true;

  function run(command: Exclude<AdjudicateCommand, "keys">): boolean {
    switch (command) {
      case "next":
        return stepRow(list.current, 1);
      case "previous":
        return stepRow(list.current, -1);
      case "open":
        return openRow(list.current);
      case "refresh":
        waiting.reload();
        return true;
    }
  }

  const keyed = usePageKeys("adjudicate", adjudicateCommands, run);
  useReloadOn(id, ["document", "documents", "adjudication", "assignment"], waiting.reload);
  if (waiting.problem && !waiting.value) return <ProblemBox problem={waiting.problem} onRetry={waiting.reload} />;
  if (!waiting.value) return <Loading what="what waits" />;
  const total = waiting.last?.total ?? 0;
  const mentions = agreement.value?.mentions;
  const intents = agreement.value?.intents;

  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>Adjudicate</h1>
          <p className="hint">Documents whose readings are all finished. You are asked where they differ; the rest is taken over.</p>
        </div>
        <KeysButton page={keyed} />
      </header>
      {waiting.problem && <ProblemBox problem={waiting.problem} onRetry={waiting.reload} />}
      {hadWaiting.current && <Adoption projectId={id} waiting={total} onMade={waiting.reload} />}
      {waiting.value.length === 0 ? (
        <Empty title="Nothing waits for a decision" />
      ) : (
        <>
          <p className="hint">{total === 1 ? "1 document waits." : `${total.toLocaleString("en")} documents wait.`}</p>
          <WaitingTable cases={waiting.value} body={list} hrefOf={props.hrefOf} />
          {waiting.more && <More key={waiting.value.length} onSeen={waiting.more} />}
        </>
      )}
      <h2 className="section">Agreement</h2>
      {agreement.problem && <ProblemBox problem={agreement.problem} onRetry={agreement.reload} />}
      {!agreement.value && !agreement.problem && <Loading what="the agreement" />}
      {!mentions && !intents && agreement.value && <p className="hint">No document has been finished by two people yet.</p>}
      {mentions && (
        <>
          <Figures
            caption={`${mentions.documents} ${mentions.documents === 1 ? "document" : "documents"}; 95% intervals over documents`}
            first="Measure"
            heads={["All readers"]}
            rows={[
              ["F1 of mentions, exact", [mentions.exactF1]],
              ["F1 of mentions, overlapping", [mentions.overlapF1]],
              ["Fleiss’ kappa, tokens", [mentions.fleissKappa]],
              ["Krippendorff’s alpha, tokens", [mentions.alpha]],
              ["Krippendorff’s alpha, unitising", [mentions.alphaU]],
            ]}
          />
          <Figures
            caption="By pair of readers"
            first="Pair"
            heads={["Exact F1", "Overlap F1", "Cohen’s kappa"]}
            rows={mentions.pairs.map((pair) => [`${pair.first}, ${pair.second} (${pair.documents})`, [pair.exactF1, pair.overlapF1, pair.kappa]])}
          />
          <Figures
            caption="By label"
            first="Label"
            heads={["Exact F1", "Overlap F1", "Alpha, unitising"]}
            rows={mentions.labels.map((label) => [`${label.label} (${label.mentions})`, [label.exactF1, label.overlapF1, label.alphaU]])}
          />
        </>
      )}
      {intents && (
        <Figures
          caption={`Intents of ${intents.documents} transcripts`}
          first="Measure"
          heads={["All readers"]}
          rows={[
            ["Fleiss’ kappa", [intents.fleissKappa]],
            ["Krippendorff’s alpha", [intents.alpha]],
          ]}
        />
      )}
      {annotators.value && annotators.value.length > 0 && (
        <Figures
          caption="Where the right answer was known: gold questions, and suggestions made wrong on purpose"
          first="Person"
          heads={["False acceptance", "F1 on gold questions", "Weight in training"]}
          rows={annotators.value.map((person) => [
            `${person.person} (${person.wrongAccepted} of ${person.wrongShown})`,
            [person.falseAcceptance, person.goldF1, { value: person.weight }],
          ])}
        />
      )}
    </main>
  );
}

function Figures(props: { caption: string; first: string; heads: string[]; rows: [string, Estimate[]][] }) {
  return (
    <table className="list agreement">
      <caption>{props.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{props.first}</th>
          {props.heads.map((head) => (
            <th key={head} scope="col" className="number">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map(([name, figures]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {figures.map((figure, index) => (
              <td key={props.heads[index]} className="number">
                {inWords(figure)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inWords(figure: Estimate): string {
  const { value, low, high } = figure;
  if (value === null || value === undefined) return "undefined";
  const interval = low !== null && low !== undefined && high !== null && high !== undefined;
  return interval ? `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})` : value.toFixed(2);
}
