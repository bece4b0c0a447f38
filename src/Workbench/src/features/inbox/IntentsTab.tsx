import { useState } from "react";
import { api } from "../../api/client.ts";
import type { IntentUsage, Project } from "../../api/types.ts";
import { outOfScope, readable } from "../../ui/intentSearch.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { IntentChangeDialog, type ChangeKind } from "./IntentChangeDialog.tsx";

/** The project's intents, how often they occur, and how they change. */
export function IntentsTab(props: {
  project: Project;
  mayChange: boolean;
  onIntentsChanged: () => void;
  onOpen: (intent: string) => void;
}) {
  const { project } = props;
  const overview = useAnswer(`intents ${project.id}`, () => api.intents(project.id));
  const [changing, setChanging] = useState<{ kind: ChangeKind; intent?: IntentUsage }>();
  const [told, setTold] = useState("");
  if (overview.problem && !overview.value) return <ProblemBox problem={overview.problem} onRetry={overview.reload} />;
  if (!overview.value) return <Loading what="intents" />;
  const { intents, former } = overview.value;

  return (
    <div className="page inbox-page">
      <div className="page-head">
        <p className="hint" role="status" data-testid="told">
          {told ||
            (props.mayChange
              ? "A change shows what it does before it is carried out; the log of every document keeps what was there before."
              : "Those who manage the project can change its intents.")}
        </p>
        {props.mayChange && (
          <button type="button" className="primary" onClick={() => setChanging({ kind: "add" })}>
            Add an intent
          </button>
        )}
      </div>
      <table className="list" aria-label="Intents">
        <thead>
          <tr>
            <th scope="col">Intent</th>
            <th scope="col" className="number">
              Decided
            </th>
            <th scope="col" className="number">
              Suggested
            </th>
            <th scope="col" className="number">
              Transcripts
            </th>
            {props.mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {intents.map((intent) => (
            <tr key={intent.name} data-intent={intent.name}>
              <td>
                <strong>{readable(intent.name)}</strong>
                {intent.description && <p className="hint">{intent.description}</p>}
              </td>
              <td className="number">
                {intent.decided > 0 ? (
                  <button
                    type="button"
                    className="quiet"
                    onClick={() => props.onOpen(intent.name)}
                    aria-label={`${intent.decided} decided ${readable(intent.name)}`}
                  >
                    {intent.decided}
                  </button>
                ) : (
                  0
                )}
              </td>
              <td className="number">{intent.suggested}</td>
              <td className="number">{intent.documents}</td>
              {props.mayChange && (
                <td>
                  <span className="row intent-actions">
                    {kindsOf(intent).map((kind) => (
                      <button
                        key={kind}
                        type="button"
                        className="quiet"
                        aria-label={`${words[kind]} ${readable(intent.name)}`}
                        onClick={() => setChanging({ kind, intent })}
                      >
                        {words[kind]}…
                      </button>
                    ))}
                  </span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {former.length > 0 && (
        <>
          <h2 className="section-head">Were intents</h2>
          <table className="list" aria-label="Former intents">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Now</th>
                <th scope="col" className="number">
                  Turns that keep it
                </th>
                <th scope="col">By</th>
              </tr>
            </thead>
            <tbody>
              {former.map((intent) => (
                <tr key={intent.name}>
                  <td>{readable(intent.name)}</td>
                  <td>{intent.now ? readable(intent.now) : "removed, archived"}</td>
                  <td className="number">{intent.decided}</td>
                  <td>
                    {intent.retiredBy}, {new Date(intent.retired).toLocaleDateString()}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {changing && (
        <IntentChangeDialog
          project={project}
          kind={changing.kind}
          intent={changing.intent}
          others={intents.map((intent) => intent.name)}
          onClose={() => setChanging(undefined)}
          onChanged={(sentence) => {
            setChanging(undefined);
            setTold(sentence);
            overview.reload();
            props.onIntentsChanged();
          }}
        />
      )}
    </div>
  );
}

const words: Record<ChangeKind, string> = { add: "Add", rename: "Rename", merge: "Merge", split: "Split", remove: "Remove" };

function kindsOf(intent: IntentUsage): ChangeKind[] {
  const split: ChangeKind[] = intent.decided > 0 ? ["split"] : [];
  return intent.name === outOfScope ? split : ["rename", "merge", ...split, "remove"];
}
