import { useEffect, useRef, useState, type ReactNode } from "react";
import { api } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import type { SchemaChangeEffect, SchemaChangeRequest, SchemaJob } from "../../api/types.ts";
import { progressOf } from "./progress.ts";

const pollMs = 1000;

/** The second step of a change: what it would do has been seen, and it is carried out. A long one shows how far it is and can be stopped. */
export function ConfirmChange(props: {
  projectId: string;
  change: SchemaChangeRequest;
  verb: string;
  busy: boolean;
  attempt: (action: () => Promise<unknown>) => Promise<void>;
  onBack?: (() => void) | undefined;
  onDone: (effect: SchemaChangeEffect) => void;
  children: ReactNode;
}) {
  const { projectId } = props;
  const [job, setJob] = useState<SchemaJob>();
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);

  async function carryOut() {
    const answer = await api.changeSchema(projectId, props.change);
    if (!("state" in answer)) return props.onDone(answer);
    let now = answer;
    while (now.state === "waiting" && open.current) {
      setJob(now);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      now = await api.schemaJob(projectId, now.id);
    }
    setJob(undefined);
    if (now.state === "done" && now.effect) props.onDone(now.effect as SchemaChangeEffect);
    else if (now.state === "refused") throw new Problem(409, now.errorCode ?? "internal_error", now.errorReason ?? "The change was refused.");
  }

  return (
    <div data-testid="effect">
      {props.children}
      {job && (
        <div role="status" data-testid="schema-job">
          <p>{progressOf(job)}</p>
          <progress aria-label="How far the change is" value={job.progress?.done ?? 0} max={job.progress?.total || 1} />
          <p className="hint">
            What others save meanwhile waits in their browsers and is sent when this is done. You may close this: the change goes on, and the
            history shows it at the end.
          </p>
        </div>
      )}
      <p className="row">
        {props.onBack && !job && (
          <button type="button" className="quiet" onClick={props.onBack}>
            Back
          </button>
        )}
        <span className="spacer" />
        {job ? (
          <button type="button" onClick={() => void api.cancelSchemaJob(projectId, job.id).catch(() => undefined)}>
            Stop the change
          </button>
        ) : (
          <button type="button" className="primary" autoFocus disabled={props.busy} onClick={() => void props.attempt(carryOut)}>
            {props.verb}
          </button>
        )}
      </p>
    </div>
  );
}
