import { useRef } from "react";
import { api } from "../../api/client.ts";
import type { Estimate, Project } from "../../api/types.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { openRow, stepRow } from "../../ui/rows.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import "./adjudicate.css";
import { adjudicateCommands, type AdjudicateCommand } from "./commands.ts";

/** Documents that several people have read and that wait for gold, and how far their readers agree. */
export function AdjudicatePage(props: { project: Project; hrefOf: (documentId: string) => string }) {
  const { id } = props.project;
  const waiting = useAnswer(`waiting ${id}`, () => api.adjudications(id));
  const agreement = useAnswer(`agreement ${id}`, () => api.agreement(id));
  const annotators = useAnswer(`annotators ${id}`, () => api.annotatorQuality(id));
  const list = useRef<HTMLTableSectionElement>(null);

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
  if (waiting.problem && !waiting.value) return <ProblemBox problem={waiting.problem} onRetry={waiting.reload} />;
  if (!waiting.value) return <Loading what="what waits" />;
  const mentions = agreement.value?.mentions;
  const intents = agreement.value?.intents;

  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>Adjudicate</h1>
          <p className="hint">Documents whose readings are all finished. Where readers agree, gold is made by itself.</p>
        </div>
        <KeysButton page={keyed} />
      </header>
      {waiting.value.length === 0 ? (
        <Empty title="Nothing waits for a decision" />
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">Read by</th>
              <th scope="col" className="number">
                Agreed
              </th>
              <th scope="col" className="number">
                Differing
              </th>
            </tr>
          </thead>
          <tbody ref={list}>
            {waiting.value.map((item) => (
              <tr key={item.documentId} data-row={item.documentId}>
                <td>
                  <a href={props.hrefOf(item.documentId)}>{item.externalId || item.documentId}</a>
                </td>
                <td>{item.annotators.join(", ")}</td>
                <td className="number">{item.agreed}</td>
                <td className="number">{item.differing}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h2 className="section">Agreement</h2>
      {agreement.problem && <ProblemBox problem={agreement.problem} onRetry={agreement.reload} />}
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
