import { useState } from "react";
import type { Project } from "../../api/types.ts";
import { PreannotationBar } from "../../preannotation/PreannotationBar.tsx";
import { readable } from "../../ui/intentSearch.ts";
import { tabId, Tabs } from "../../ui/Tabs.tsx";
import { ConfusionTab } from "./ConfusionTab.tsx";
import { IntentsTab } from "./IntentsTab.tsx";
import { ProposalsTab } from "./ProposalsTab.tsx";
import { SetAsideTab } from "./SetAsideTab.tsx";
import { useLabelling, type Labelling } from "./useLabelling.ts";
import { UtterancesTab } from "./UtterancesTab.tsx";
import type { InboxFilter } from "./useUtterances.ts";

const tabs = { utterances: "Utterances", confusion: "Confusion", proposals: "New intents", intents: "Intents", aside: "Set aside" } as const;
type Tab = keyof typeof tabs;

/** They are named in the address of a request, which must not become too long. */
const mostOpened = 100;

/** The chat team's inbox: what people ask across all transcripts of a project. */
export function InboxPage(props: {
  project: Project;
  /** Whether the caller manages the project: only then may its intents be changed. */
  mayChange: boolean;
  onIntentsChanged: () => void;
  hrefOf: (documentId: string) => string;
}) {
  const { project } = props;
  const [tab, setTab] = useState<Tab>("utterances");
  const [filter, setFilter] = useState<InboxFilter>({ state: "undecided" });
  /** Another one reads the list anew. */
  const [round, setRound] = useState(0);
  const labelling = useLabelling(project.id);

  function open(wanted: InboxFilter) {
    setFilter(wanted);
    setTab("utterances");
  }

  return (
    <div className="inbox-frame">
      <Tabs label="Inbox" panel="inbox-panel" names={tabs} chosen={tab} onChoose={setTab}>
        <Sending labelling={labelling} />
      </Tabs>
      {props.mayChange && <PreannotationBar key={project.id} projectId={project.id} onEnd={() => setRound((before) => before + 1)} />}
      <Refused labelling={labelling} hrefOf={props.hrefOf} />
      <div id="inbox-panel" className="inbox-panel" role="tabpanel" aria-labelledby={tabId(tab)}>
        {tab === "utterances" && (
          <UtterancesTab key={round} project={project} filter={filter} onFilter={setFilter} labelling={labelling} hrefOf={props.hrefOf} />
        )}
        {tab === "confusion" && (
          <ConfusionTab
            projectId={project.id}
            onOpen={(cell, source) =>
              open(
                source === "held_out"
                  ? { state: "all", only: (cell.utterances ?? []).slice(0, mostOpened).map((place) => `${place.documentId}:${place.turn}`).join(",") }
                  : { state: "decided", decided: cell.decided ?? "", suggested: cell.suggested },
              )
            }
          />
        )}
        {tab === "proposals" && (
          <ProposalsTab project={project} mayChange={props.mayChange} onLabel={labelling.decide} onIntentsChanged={props.onIntentsChanged} />
        )}
        {tab === "aside" && <SetAsideTab projectId={project.id} hrefOf={props.hrefOf} />}
        {tab === "intents" && (
          <IntentsTab
            project={project}
            mayChange={props.mayChange}
            onIntentsChanged={props.onIntentsChanged}
            onOpen={(intent) => open({ state: "decided", decided: intent })}
          />
        )}
      </div>
    </div>
  );
}

function Sending(props: { labelling: Labelling }) {
  const { waiting, state, problem } = props.labelling.view;
  return (
    <span className={`save-status ${state}`} role="status" data-testid="saving" data-saving={state} data-waiting={waiting}>
      <span className="save-dot" aria-hidden="true" />
      {state === "saved" ? "Saved" : state === "saving" ? "Saving…" : `${waiting} kept here, trying again…`}
      {state === "offline" && (
        <>
          {problem && <code className="code">{problem.code}</code>}
          <button type="button" className="quiet" onClick={props.labelling.wake}>
            Now
          </button>
        </>
      )}
    </span>
  );
}

/** What the service did not take, and what stands there instead. */
function Refused(props: { labelling: Labelling; hrefOf: (documentId: string) => string }) {
  const { refused } = props.labelling.view;
  if (refused.length === 0) return null;
  return (
    <div className="box notice" role="alert" data-testid="refused">
      <p>
        {refused.length} {refused.length === 1 ? "decision was" : "decisions were"} not stored:
      </p>
      <ul>
        {refused.slice(0, 5).map((refusal) => (
          <li key={`${refusal.documentId}:${refusal.turn}`}>
            <a href={props.hrefOf(refusal.documentId)}>turn {refusal.turn + 1} of a transcript</a> – {refusal.detail}{" "}
            <code className="code">{refusal.code}</code>, it is {refusal.intent ? readable(refusal.intent) : "undecided"} now
          </li>
        ))}
        {refused.length > 5 && <li>and {refused.length - 5} more</li>}
      </ul>
      <p className="actions">
        <button type="button" onClick={props.labelling.forgetRefused}>
          Understood
        </button>
      </p>
    </div>
  );
}
