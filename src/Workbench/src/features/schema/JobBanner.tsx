import type { SchemaJob } from "../../api/types.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { whatChanged } from "./history.ts";
import { endOf, progressOf } from "./progress.ts";

/** How far a change is and how it ended, above whatever of the schema is shown. */
export function JobBanner(props: { job: SchemaJob; mayChange: boolean; onStop: () => Promise<void>; onDismiss: () => void }) {
  const { job } = props;
  const { busy, problem, dismiss, attempt } = useAttempt();
  const isOver = job.state !== "waiting";
  return (
    <section className="schema-job" aria-label="Change under way" data-testid="schema-job" data-state={job.state}>
      <div className="row">
        <p role="status">{isOver ? endOf(job) : <strong>{whatChanged(job.change)}, asked for by {job.by}</strong>}</p>
        <span className="spacer" />
        {isOver ? (
          <button type="button" className="quiet" onClick={props.onDismiss}>
            Dismiss
          </button>
        ) : (
          props.mayChange && (
            <button type="button" disabled={busy} onClick={() => void attempt(props.onStop)}>
              {busy ? "Stopping…" : "Stop the change"}
            </button>
          )
        )}
      </div>
      {!isOver && (
        <>
          <progress aria-label="How far the change is" value={job.progress?.done ?? 0} max={job.progress?.total || 1} />
          <p>
            {progressOf(job)}{" "}
            <span className="hint">
              What people save meanwhile waits in their browsers and is sent when this is done. You may leave this page: the change goes on.
            </span>
          </p>
        </>
      )}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
    </section>
  );
}
