import { useCallback, useMemo, useState } from "react";
import { api } from "../../api/client.ts";
import type { DocumentCount, ModelVersion, Project, Task, TrainingRun } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { RetrainForm } from "./RetrainForm.tsx";
import { RunCard } from "./RunCard.tsx";
import { VersionCard } from "./VersionCard.tsx";

const dialogue = "dialogue";

export function ModelsPage(props: {
  project: Project;
  /** May train and cancel. */
  manages: boolean;
  /** May put versions in use. */
  promotes: boolean;
  /** Where it is shown what a version was made of. */
  lineageHref: (name: string, version: string) => string;
  /** Where the id of an answer is looked up. */
  lookUpHref: string;
}) {
  const models = useAnswer("models", api.models);
  const runs = useAnswer(`runs ${props.project.id}`, () => api.runs(props.project.id));
  const documents = useAnswer(`done ${props.project.id}`, () => api.documentCounts(props.project.id));
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [forcing, setForcing] = useState<ModelVersion>();

  const reloadModels = models.reload;
  const reloadRuns = runs.reload;
  const reload = useCallback(() => {
    reloadModels();
    reloadRuns();
  }, [reloadModels, reloadRuns]);

  const done = useMemo(() => countDone(documents.value ?? []), [documents.value]);
  // Searches for label errors make no version; they stand on the page of quality.
  const trainings = runs.value?.filter((run) => run.kind === "retrain") ?? [];
  const open = trainings.filter((run) => !run.isOver);
  const past = trainings.filter((run) => run.isOver);

  const change = (action: () => Promise<unknown>) => void attempt(action).finally(reload);

  const promote = (version: ModelVersion, force: boolean) =>
    change(() => api.promote(version.name, version.version, force));

  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>Models</h1>
          <p className="hint">Which versions suggest, how good they are, and what they learned from.</p>
        </div>
        <a href={props.lookUpHref}>Look up an answer</a>
      </header>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {documents.problem && <ProblemBox problem={documents.problem} onRetry={documents.reload} />}
      <div className="cards">
        {props.manages && <RetrainForm project={props.project} done={done} running={open.length > 0} onStarted={reloadRuns} />}
        <section aria-label="Training now">
          {open.map((run) => (
            <RunCard key={run.id} run={run} mayCancel={props.manages} onOver={reload} />
          ))}
          {runs.problem && <ProblemBox problem={runs.problem} onRetry={reloadRuns} />}
          {runs.value && open.length === 0 && (
            <div className="card">
              <p className="hint">No training is going on.</p>
            </div>
          )}
        </section>
      </div>

      <div className="section-head">
        <h2>Versions</h2>
      </div>
      {models.value?.problems.map((broken) => (
        <div className="box problem" role="alert" key={broken.model}>
          <p>
            {broken.model} cannot be used: {broken.reason} <code className="code">{broken.code}</code>
          </p>
        </div>
      ))}
      {models.problem && !models.value ? (
        <ProblemBox problem={models.problem} onRetry={reloadModels} />
      ) : !models.value ? (
        <Loading what="versions" />
      ) : models.value.items.length === 0 ? (
        <Empty title="There is no model" />
      ) : (
        <div className="cards">
          {(["entities", "intents"] as const).map((task) => (
            <section key={task} aria-label={`Versions for ${task}`}>
              {newestFirst(models.value!.items, task).map((version) => (
                <div className="run" key={`${version.name} ${version.version}`}>
                  <VersionCard
                    version={version}
                    busy={busy}
                    mayPromote={props.promotes}
                    lineageHref={props.lineageHref(version.name, version.version)}
                    canRollBack={models.value!.items.filter((other) => other.task === task).length > 1}
                    onPromote={(refused) => (refused ? setForcing(version) : promote(version, false))}
                    onRollBack={() => change(() => api.rollBack(version.name))}
                  />
                </div>
              ))}
            </section>
          ))}
        </div>
      )}

      <div className="section-head">
        <h2>Past trainings</h2>
      </div>
      {past.length === 0 ? <p className="hint">None yet.</p> : <PastRuns runs={past} />}

      {forcing && (
        <Dialog title="Promote a refused version" onClose={() => setForcing(undefined)}>
          <p>
            The gate refused {forcing.name} {forcing.version}. If you promote it all the same, that is recorded with your name.
          </p>
          <ul className="reasons">
            {forcing.gate?.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
          <div className="row">
            <button
              type="button"
              className="reject"
              onClick={() => {
                promote(forcing, true);
                setForcing(undefined);
              }}
            >
              Promote all the same
            </button>
            <button type="button" className="quiet" data-autofocus onClick={() => setForcing(undefined)}>
              Leave it
            </button>
          </div>
        </Dialog>
      )}
    </main>
  );
}

const PastRuns = (props: { runs: TrainingRun[] }) => (
  <table className="list">
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Task</th>
        <th scope="col">Result</th>
        <th scope="col">Version</th>
        <th scope="col">Remark</th>
      </tr>
    </thead>
    <tbody>
      {props.runs.map((run) => (
        <tr key={run.id}>
          <td className="numbers">{atMinute(run.created)}</td>
          <td>{run.task}</td>
          <td>
            <span className={`chip ${run.state}`}>{run.state}</span>
          </td>
          <td>{run.candidate ? `${run.candidate.name} ${run.candidate.version}` : "–"}</td>
          <td>
            {run.state === "refused" && run.gate?.reasons.join("; ")}
            {run.errorReason}{" "}
            {run.errorCode && <code className="code">{run.errorCode}</code>}
            {run.state === "interrupted" && !run.errorReason && "The service stopped while it ran; nothing was put into use."}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

function newestFirst(versions: ModelVersion[], task: Task): ModelVersion[] {
  return versions
    .filter((version) => version.task === task)
    .sort((a, b) => Number(b.inUse) - Number(a.inUse) || b.created.localeCompare(a.created));
}

function countDone(counts: DocumentCount[]): Record<Task, { done: number; all: number }> {
  const count = (dialogues: boolean) => {
    const all = counts.filter((one) => (one.kind === dialogue) === dialogues);
    const sum = (some: DocumentCount[]) => some.reduce((documents, one) => documents + one.documents, 0);
    return { done: sum(all.filter((one) => one.status === "done")), all: sum(all) };
  };
  return { entities: count(false), intents: count(true) };
}
