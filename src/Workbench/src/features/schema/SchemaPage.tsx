import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Project } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { GuidelinesTab } from "./GuidelinesTab.tsx";
import { HistoryTab } from "./HistoryTab.tsx";
import { LabelsTab } from "./LabelsTab.tsx";
import "./schema.css";

const tabs = { labels: "Labels", guidelines: "Guidelines", history: "History" } as const;
type Tab = keyof typeof tabs;

/** A project's labels, what people are told about them, and how both became what they are. */
export function SchemaPage(props: {
  project: Project;
  /** Whether the caller manages the project: only then may labels and guidelines be changed. */
  mayChange: boolean;
  onChanged: () => void;
}) {
  const { project } = props;
  const schema = useAnswer(`schema ${project.id}`, () => api.schema(project.id));
  const [tab, setTab] = useState<Tab>("labels");
  const [about, setAbout] = useState("");

  function changed() {
    schema.reload();
    props.onChanged();
  }

  return (
    <div className="inbox-frame">
      <div className="tabs" role="tablist" aria-label="Schema">
        {(Object.keys(tabs) as Tab[]).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="schema-panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(event) => {
              const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (by === 0) return;
              const names = Object.keys(tabs) as Tab[];
              const next = names[(names.indexOf(name) + by + names.length) % names.length]!;
              setTab(next);
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {tabs[name]}
          </button>
        ))}
        <span className="spacer" />
        {schema.value && <span className="muted">Version {schema.value.version}</span>}
      </div>
      <div id="schema-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="schema-panel">
        {schema.problem && !schema.value ? (
          <ProblemBox problem={schema.problem} onRetry={schema.reload} />
        ) : !schema.value ? (
          <Loading what="the labels" />
        ) : tab === "labels" ? (
          <LabelsTab
            project={project}
            schema={schema.value}
            mayChange={props.mayChange}
            onChanged={changed}
            onStale={schema.reload}
            onGuideline={(label) => {
              setAbout(label);
              setTab("guidelines");
            }}
          />
        ) : tab === "guidelines" ? (
          <GuidelinesTab
            project={project}
            labels={schema.value.labels.map((usage) => usage.label)}
            mayChange={props.mayChange}
            about={about}
            onAbout={setAbout}
            onWritten={schema.reload}
          />
        ) : (
          <HistoryTab projectId={project.id} version={schema.value.version} mayChange={props.mayChange} onChanged={changed} />
        )}
      </div>
    </div>
  );
}
