import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import type { LabelError, Project, Task, TrainingRun } from "../../api/types.ts";
import { percent, ProblemBox, score } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { errorTold, kindNames } from "./words.ts";

/** Where models that had not seen a finished document contradict what people made of it; a reviewer says who is right. */
export function LabelErrorsSection(props: {
  project: Project;
  task: Task;
  manages: boolean;
  hrefOf: (documentId: string, at?: number) => string;
}) {
  const { project } = props;
  const [kind, setKind] = useState("");
  const [label, setLabel] = useState("");
  const list = useAnswer(`label errors ${project.id} ${kind} ${label}`, () =>
    api.labelErrors(project.id, { kind: kind || undefined, label: label || undefined, offsetUnit: "utf16CodeUnit" }),
  );
  const runs = useAnswer(`error searches ${project.id}`, () => api.runs(project.id));
  const running = runs.value?.find((run) => run.kind === "label_errors" && !run.isOver);
  const { busy, problem, attempt } = useAttempt();
  const decide = (error: LabelError, decision: "error" | "right") =>
    attempt(() => api.decideLabelError(project.id, error.id, decision)).then(list.reload);
  const items = list.value?.items ?? [];

  return (
    <section aria-label="Probable label errors">
      <div className="section-head">
        <h2>Probable label errors</h2>
      </div>
      <p className="hint">
        Quick models, each trained without one part of the finished documents, read that part. What they are surer of than of what stands there is
        listed, the most probable first. {(list.value?.counts ?? []).map((count) => `${kindNames[count.kind]}: ${count.open} open, ${count.errors} confirmed, ${count.right} right.`).join(" ")}
      </p>
      {problem && <ProblemBox problem={problem} />}
      {list.problem && <ProblemBox problem={list.problem} onRetry={list.reload} />}
      <div className="row">
        <label>
          Kind{" "}
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">all</option>
            {Object.entries(kindNames).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          Label{" "}
          <select value={label} onChange={(event) => setLabel(event.target.value)}>
            <option value="">all</option>
            {[...project.labels, ...project.intents].map((option) => (
              <option key={option.name}>{option.name}</option>
            ))}
          </select>
        </label>
        {props.manages && !running && (
          <button type="button" disabled={busy} onClick={() => void attempt(() => api.searchLabelErrors(project.id, props.task)).then(runs.reload)}>
            Look for errors in {props.task === "entities" ? "mentions" : "intents"}
          </button>
        )}
        {running && <Search run={running} manages={props.manages} onOver={() => (runs.reload(), list.reload())} />}
      </div>
      {list.value && items.length === 0 && <p className="hint">Nothing waits here.</p>}
      {items.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">What</th>
              <th scope="col" className="number">
                Margin
              </th>
              <th scope="col">Who is right?</th>
            </tr>
          </thead>
          <tbody>
            {items.map((error) => (
              <tr key={error.id}>
                <td>
                  {error.before}
                  <mark>{(error.marked ?? error.suggested)?.words ?? `turn ${(error.turn ?? 0) + 1}`}</mark>
                  {error.after}
                </td>
                <td>
                  {errorTold(error)}
                  {error.outdated && <span className="chip status-in_progress">changed since</span>}{" "}
                  <a href={props.hrefOf(error.documentId, (error.marked ?? error.suggested)?.start)}>{error.externalId || "open"}</a>
                </td>
                <td className="number">{score(error.score)}</td>
                <td>
                  <div className="row">
                    <button type="button" disabled={busy} onClick={() => void decide(error, "error")}>
                      It is an error
                    </button>
                    <button type="button" className="quiet" disabled={busy} onClick={() => void decide(error, "right")}>
                      Document is right
                    </button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** A search under way, asked about every two seconds. */
function Search(props: { run: TrainingRun; manages: boolean; onOver: () => void }) {
  const [run, setRun] = useState(props.run);
  const { attempt } = useAttempt();
  const { onOver } = props;
  useEffect(() => {
    const timer = setInterval(() => {
      api.run(run.id).then(
        (now) => (now.isOver ? onOver() : setRun(now)),
        () => undefined,
      );
    }, 2000);
    return () => clearInterval(timer);
  });
  const { progress } = run;
  return (
    <span role="status">
      {progress ? `${progress.phase}: ${percent(progress.total > 0 ? progress.done / progress.total : 0)}` : "Waiting to start"}{" "}
      {props.manages && (
        <button type="button" className="quiet" onClick={() => void attempt(() => api.cancel(run.id))}>
          Cancel
        </button>
      )}
    </span>
  );
}
