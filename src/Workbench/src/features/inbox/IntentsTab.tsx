import { useState } from "react";
import { api } from "../../api/client.ts";
import type { IntentUsage, Project } from "../../api/types.ts";
import { ChangeButtons, FormerTable } from "../../ui/ChangeTables.tsx";
import { outOfScope, readable } from "../../ui/intentSearch.ts";
import { ListTable } from "../../ui/ListTable.tsx";
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
      <ListTable
        label="Intents"
        columns={["Intent", "#Decided", "#Suggested", "#Transcripts", ...(props.mayChange ? ["Change"] : [])]}
      >
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
                <ChangeButtons
                  kinds={kindsOf(intent)}
                  of={readable(intent.name)}
                  onChoose={(kind) => setChanging({ kind, intent })}
                />
              </td>
            )}
          </tr>
        ))}
      </ListTable>
      <FormerTable
        heading="Were intents"
        label="Former intents"
        kept="Turns that keep it"
        mayRestore={false}
        names={former.map((intent) => ({
          key: intent.name,
          name: readable(intent.name),
          now: intent.now ? readable(intent.now) : null,
          kept: intent.decided,
          by: intent.retiredBy,
          at: intent.retired,
        }))}
      />
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

function kindsOf(intent: IntentUsage): ChangeKind[] {
  const split: ChangeKind[] = intent.decided > 0 ? ["split"] : [];
  return intent.name === outOfScope ? split : ["rename", "merge", ...split, "remove"];
}
