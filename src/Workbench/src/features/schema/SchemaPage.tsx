import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Project, SchemaJob } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { tabId, Tabs } from "../../ui/Tabs.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { GuidelinesTab } from "./GuidelinesTab.tsx";
import { HistoryTab } from "./HistoryTab.tsx";
import { JobBanner } from "./JobBanner.tsx";
import { LabelsTab } from "./LabelsTab.tsx";
import { useSchemaJob } from "./useSchemaJob.ts";
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
  const [told, setTold] = useState("");
  const job = useSchemaJob(project.id, changed);

  function changed() {
    schema.reload();
    props.onChanged();
  }

  const changes = {
    mayChange: props.mayChange,
    onStale: schema.reload,
    onJob: (begun: SchemaJob) => {
      setTold("");
      job.follow(begun);
    },
    onDone: (sentence: string) => {
      setTold(sentence);
      changed();
    },
  };

  return (
    <div className="inbox-frame">
      <Tabs label="Schema" panel="schema-panel" names={tabs} chosen={tab} onChoose={setTab}>
        {schema.value && <span className="muted">Version {schema.value.version}</span>}
      </Tabs>
      {job.job && (
        <JobBanner key={job.job.id} job={job.job} mayChange={props.mayChange} onDismiss={job.dismiss} />
      )}
      <div id="schema-panel" role="tabpanel" aria-labelledby={tabId(tab)} className="schema-panel">
        {schema.problem && !schema.value ? (
          <ProblemBox problem={schema.problem} onRetry={schema.reload} />
        ) : !schema.value ? (
          <Loading what="the labels" />
        ) : tab === "labels" ? (
          <LabelsTab
            {...changes}
            projectId={project.id}
            schema={schema.value}
            told={told}
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
          <HistoryTab {...changes} projectId={project.id} version={schema.value.version} told={told} />
        )}
      </div>
    </div>
  );
}
