import { api } from "../../api/client.ts";
import type { SchemaJob } from "../../api/types.ts";
import { JobBox } from "../../ui/JobBox.tsx";
import { whatChanged } from "./history.ts";
import { endOf, progressOf } from "./progress.ts";

/** How far a change is and how it ended, above whatever of the schema is shown. */
export function JobBanner(props: { job: SchemaJob; mayChange: boolean; onDismiss: () => void }) {
  const { job } = props;
  return (
    <JobBox
      job={job}
      label="Change under way"
      testId="schema-job"
      title={job.state === "waiting" ? `${whatChanged(job.change)}, asked for by ${job.by}` : endOf(job)}
      done={job.progress?.done ?? 0}
      total={job.progress?.total}
      progress={progressOf(job)}
      hint="What people save meanwhile waits in their browsers and is sent when this is done. You may leave this page: the change goes on."
      stop={props.mayChange ? "Stop the change" : undefined}
      onStop={() => api.cancelSchemaJob(job.projectId, job.id)}
      onDismiss={props.onDismiss}
    />
  );
}
