import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Project, Snapshot, Task } from "../../api/types.ts";
import { Meter, ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";

export function RetrainForm(props: {
  project: Project;
  /** Finished notes for entities, finished transcripts for intents. */
  done: Record<Task, { done: number; all: number }>;
  running: boolean;
  onStarted: () => void;
}) {
  const [task, setTask] = useState<Task>("entities");
  const [minutes, setMinutes] = useState(5);
  const [autoPromote, setAutoPromote] = useState(true);
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const { busy, problem, dismiss, attempt } = useAttempt();
  const ready = props.done[task];
  const kind = task === "entities" ? "notes" : "transcripts";

  return (
    <section className="card" aria-label="Train again">
      <header>
        <h2>Train again</h2>
      </header>
      <p className="hint">
        The next version learns from this project’s finished documents. A part of them is held out, and a version that is not
        better there is not put into use.
      </p>
      <fieldset>
        <legend className="skip">Task</legend>
        {(["entities", "intents"] as const).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="task"
              checked={task === choice}
              onChange={() => {
                setTask(choice);
                setSnapshot(undefined);
              }}
            />{" "}
            {choice}
          </label>
        ))}
      </fieldset>
      <div className="meter-row">
        <Meter value={ready.done} total={ready.all} label={`Finished ${kind}`} />
        <span className="hint">{kind} finished</span>
      </div>
      <fieldset>
        <label>
          At most{" "}
          <input
            type="number"
            min={0.1}
            max={600}
            step="any"
            value={minutes}
            onChange={(event) => setMinutes(Number(event.target.value))}
          />{" "}
          minutes
        </label>
        <label>
          <input type="checkbox" checked={autoPromote} onChange={(event) => setAutoPromote(event.target.checked)} /> put into use
          when it is better
        </label>
      </fieldset>
      {snapshot && (
        <p className="hint" data-testid="snapshot">
          Snapshot <code>{snapshot.hash.slice(0, 12)}</code>: {snapshot.train.documents} documents of {snapshot.train.groups}{" "}
          groups to learn from, {snapshot.heldOut.documents} of {snapshot.heldOut.groups} groups held out.
        </p>
      )}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <div className="row">
        <button
          type="button"
          className="primary"
          disabled={busy || props.running || ready.done === 0 || !(minutes > 0)}
          onClick={() =>
            void attempt(async () => {
              const taken = await api.takeSnapshot(props.project.id, task);
              setSnapshot(taken);
              await api.train(props.project.id, { task, snapshotId: taken.id, minutes, autoPromote });
              props.onStarted();
            })
          }
        >
          Start training
        </button>
        {props.running && <span className="hint">A training is going on.</span>}
        {ready.done === 0 && <span className="hint">Complete some {kind} first.</span>}
      </div>
    </section>
  );
}
