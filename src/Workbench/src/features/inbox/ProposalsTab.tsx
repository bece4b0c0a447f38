import { useState } from "react";
import { api } from "../../api/client.ts";
import type { InboxUtterance, IntentProposal, Project } from "../../api/types.ts";
import { choices, readable } from "../../ui/intentSearch.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { nameOf, proposedName } from "./utterances.ts";

/** Clusters of utterances that no intent names: each can be made one. */
export function ProposalsTab(props: {
  project: Project;
  mayChange: boolean;
  onLabel: (utterances: InboxUtterance[], intent: string) => void;
  onIntentsChanged: () => void;
}) {
  const proposals = useAnswer(`proposals ${props.project.id}`, () => api.proposals(props.project.id));
  if (proposals.problem && !proposals.value) return <ProblemBox problem={proposals.problem} onRetry={proposals.reload} />;
  if (!proposals.value) return <Loading what="proposals" />;
  return (
    <div className="page inbox-page">
      <p className="hint">
        Utterances that are out of scope, or that the model is unsure of, put together by their words. A cluster may be an intent that
        nobody has named yet.
      </p>
      {proposals.value.length === 0 && <Empty title="No cluster of utterances lacks an intent" />}
      <div className="cards">
        {proposals.value.map((proposal, index) => (
          <ProposalCard
            key={`${index} ${proposal.words.join(" ")}`}
            project={props.project}
            mayChange={props.mayChange}
            proposal={proposal}
            onLabel={props.onLabel}
            onIntentsChanged={props.onIntentsChanged}
          />
        ))}
      </div>
    </div>
  );
}

const shownAtFirst = 6;

function ProposalCard(props: {
  project: Project;
  mayChange: boolean;
  proposal: IntentProposal;
  onLabel: (utterances: InboxUtterance[], intent: string) => void;
  onIntentsChanged: () => void;
}) {
  const { project, proposal } = props;
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [name, setName] = useState(() => proposedName(proposal.words));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [done, setDone] = useState("");
  const chosen = proposal.utterances.filter((utterance) => !left.has(nameOf(utterance)));
  const isKnown = choices(project.intents).some((intent) => intent.name === name);
  const title = proposal.words.length > 0 ? proposal.words.join(", ") : "Alike";

  function toggle(utterance: string) {
    const next = new Set(left);
    if (!next.delete(utterance)) next.add(utterance);
    setLeft(next);
  }

  return (
    <article className="card proposal" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="chip">{proposal.count} utterances</span>
      </header>
      <ul className="group">
        {(all ? proposal.utterances : proposal.utterances.slice(0, shownAtFirst)).map((utterance) => (
          <li key={nameOf(utterance)}>
            <label>
              <input type="checkbox" checked={!left.has(nameOf(utterance))} onChange={() => toggle(nameOf(utterance))} />
              {utterance.text}
            </label>
          </li>
        ))}
      </ul>
      {!all && proposal.utterances.length > shownAtFirst && (
        <p>
          <button type="button" className="quiet" onClick={() => setAll(true)}>
            Show {proposal.utterances.length - shownAtFirst} more
          </button>
        </p>
      )}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {done ? (
        <p className="hint" role="status">
          {done}
        </p>
      ) : (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(async () => {
              if (!isKnown) {
                await api.changeIntents(project.id, { kind: "add", to: name });
                props.onIntentsChanged();
              }
              if (chosen.length > 0) props.onLabel(chosen, name);
              setDone(`${chosen.length} labelled ${readable(name)}.`);
            });
          }}
        >
          <input aria-label="Name of the intent" list={`intents-of-${project.id}`} value={name} onChange={(event) => setName(event.target.value.trim())} />
          <datalist id={`intents-of-${project.id}`}>
            {choices(project.intents).map((intent) => (
              <option key={intent.name} value={intent.name} />
            ))}
          </datalist>
          <button type="submit" className="primary" disabled={busy || name === "" || (!isKnown && !props.mayChange)}>
            {isKnown || !props.mayChange ? `Label ${chosen.length}` : "Make it an intent"}
          </button>
        </form>
      )}
    </article>
  );
}
