import type { ReactNode } from "react";
import { ProblemBox } from "./parts.tsx";
import { useAttempt } from "./useAttempt.ts";
import type { Job } from "./useJob.ts";

/** How far a piece of work is, and how it ended. */
export function JobBox(props: {
  job: Job;
  /** What it is called to those who do not see it. */
  label: string;
  testId: string;
  /** What is being done, or how it ended. */
  title: ReactNode;
  done: number;
  /** Undefined before anything can be said. */
  total: number | undefined;
  progress: string;
  hint: string;
  /** On the button; without it nobody here may stop it. */
  stop: string | undefined;
  onStop: () => Promise<unknown>;
  onDismiss: () => void;
}) {
  const { busy, problem, dismiss, attempt } = useAttempt();
  const isOver = props.job.state !== "waiting";
  return (
    <section className="job" aria-label={props.label} data-testid={props.testId} data-state={props.job.state}>
      <div className="row">
        <p role="status">{isOver ? props.title : <strong>{props.title}</strong>}</p>
        <span className="spacer" />
        {isOver ? (
          <button type="button" className="quiet" onClick={props.onDismiss}>
            Dismiss
          </button>
        ) : (
          props.stop && (
            <button type="button" disabled={busy} onClick={() => void attempt(props.onStop)}>
              {busy ? "Stopping…" : props.stop}
            </button>
          )
        )}
      </div>
      {!isOver && (
        <>
          <progress aria-label={`How far: ${props.label}`} value={props.done} max={props.total || 1} />
          <p>
            {props.progress} <span className="hint">{props.hint}</span>
          </p>
        </>
      )}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
    </section>
  );
}
