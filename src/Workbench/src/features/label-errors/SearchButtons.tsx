import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import type { Project, TrainingRun } from "../../api/types.ts";
import { percent, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { lastSearches, searchTold } from "./errors.ts";

/** Starts a search, or shows the one that is under way; and what the last ones were worth. */
export function SearchButtons(props: { project: Project; manages: boolean; onOver: () => void }) {
  const { project } = props;
  const runs = useAnswer(`error searches ${project.id}`, () => api.runs(project.id));
  const running = runs.value?.find((run) => run.kind === "label_errors" && !run.isOver);
  const { busy, problem, dismiss, attempt } = useAttempt();
  if (running) {
    return (
      <Search
        run={running}
        onOver={() => {
          runs.reload();
          props.onOver();
        }}
      />
    );
  }
  const kinds = !props.manages ? [] : [...(project.labels.length > 0 ? (["entities"] as const) : []), ...(project.intents.length > 0 ? (["intents"] as const) : [])];
  return (
    <>
      {kinds.map((task) => (
        <button key={task} type="button" disabled={busy} onClick={() => void attempt(() => api.searchLabelErrors(project.id, task)).then(runs.reload)}>
          Look for errors in {task === "entities" ? "mentions" : "intents"}
        </button>
      ))}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {lastSearches(runs.value ?? []).map((run) => (
        <p key={run.id} className="hint search-told" data-failed={run.state === "failed"}>
          {searchTold(run)}
        </p>
      ))}
    </>
  );
}

/** A search under way, asked about every two seconds. */
function Search(props: { run: TrainingRun; onOver: () => void }) {
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
      <button type="button" className="quiet" onClick={() => void attempt(() => api.cancel(run.id))}>
        Cancel
      </button>
    </span>
  );
}
