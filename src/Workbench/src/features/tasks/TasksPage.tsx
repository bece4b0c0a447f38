import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Assignment, Project, QueueOrder } from "../../api/types.ts";
import { GuidelinePanel } from "../../ui/GuidelinePanel.tsx";
import { labelColours } from "../../ui/labelColours.ts";
import { Empty, Key, Loading, NewComments, ProblemBox } from "../../ui/parts.tsx";
import { ReasonDialog } from "../../ui/ReasonDialog.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { useReloadOn } from "../../ui/useProjectEvents.ts";
import { useKeys } from "../../ui/useKeys.ts";
import { AssignForm } from "./AssignForm.tsx";

const orders: Record<QueueOrder, string> = {
  given: "as given out",
  uncertainty: "where the model is least sure",
  disagreement: "where people differ most",
  diversity: "unlike what was done",
  gain_per_second: "most corrections a second",
};

const states: Record<Assignment["state"], string> = { open: "open", taken: "begun", skipped: "skipped", done: "done" };

/** A person's own queue; for those who give out work, also who has how much. */
export function TasksPage(props: { project: Project; manages: boolean; open: (documentId: string) => void; hrefOf: (id: string) => string }) {
  const { project } = props;
  const mine = useAnswer(`mine ${project.id}`, () => api.myAssignments(project.id));
  useReloadOn(project.id, ["assignment", "assignments"], mine.reload);
  const [order, setOrder] = useState<QueueOrder>("given");
  const [nothing, setNothing] = useState(false);
  const [guideline, setGuideline] = useState(false);
  const [skipping, setSkipping] = useState<Assignment>();
  const { busy, problem, dismiss, attempt } = useAttempt();

  const next = () =>
    attempt(async () => {
      setNothing(false);
      const { assignment } = await api.nextAssignment(project.id, order);
      if (assignment?.copyId) props.open(assignment.copyId);
      else setNothing(true);
    });

  useKeys((_, key) => {
    if (key === "G") {
      setGuideline((before) => !before);
      return true;
    }
    if (key !== "n" || busy) return false;
    void next();
    return true;
  });

  if (mine.problem && !mine.value) return <ProblemBox problem={mine.problem} onRetry={mine.reload} />;
  if (!mine.value) return <Loading what="your tasks" />;
  const open = mine.value.filter((task) => task.state !== "done");
  const done = mine.value.length - open.length;

  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>Tasks</h1>
          <p className="hint">
            What you have begun comes first, then what was given to you, then what anybody may take. You work on a copy of
            your own and see nobody else’s.
          </p>
        </div>
        <div className="row">
          <label className="row">
            Order
            <select value={order} onChange={(event) => setOrder(event.target.value as QueueOrder)}>
              {Object.entries(orders).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="button" aria-pressed={guideline} onClick={() => setGuideline((before) => !before)}>
            Guidelines <Key>G</Key>
          </button>
          <button type="button" className="primary" disabled={busy} onClick={() => void next()}>
            Next document <Key>n</Key>
          </button>
        </div>
      </header>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <p role="status" className="hint">
        {nothing ? "There is nothing for you to do at present. " : ""}
        {done} done, {open.length} begun or waiting for you.
      </p>
      {guideline && (
        <GuidelinePanel
          projectId={project.id}
          labels={project.labels}
          label={undefined}
          colourOf={labelColours(project.labels)}
          onClose={() => setGuideline(false)}
        />
      )}
      {mine.value.length === 0 ? (
        <Empty title="You have no tasks yet">
          <p>“Next document” takes one, if there is any.</p>
        </Empty>
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">State</th>
              <th scope="col">Kept for you until</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {mine.value.map((task) => (
              <tr key={task.id}>
                <td>
                  {task.copyId ? <a href={props.hrefOf(task.copyId)}>{nameOf(task)}</a> : nameOf(task)} <NewComments count={task.unreadComments} />
                </td>
                <td>
                  <span className={task.state === "done" ? "chip status-done" : task.state === "taken" ? "chip status-in_progress" : "chip"}>
                    {states[task.state]}
                  </span>{" "}
                  {task.skipReason && <span className="hint">{task.skipReason}</span>}
                </td>
                <td>{task.lockedUntil ? new Date(task.lockedUntil).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : ""}</td>
                <td className="number">
                  {(task.state === "open" || task.state === "taken") && (
                    <button type="button" className="quiet" onClick={() => setSkipping(task)}>
                      Skip…
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {props.manages && <AssignForm project={project} />}
      {skipping && (
        <ReasonDialog
          title={`Skip ${nameOf(skipping)}`}
          told="Somebody else will get it. Who gives out work sees the reason."
          action="Skip"
          onClose={() => setSkipping(undefined)}
          onGive={(reason) => {
            setSkipping(undefined);
            void attempt(async () => {
              await api.skipAssignment(project.id, skipping.id, reason);
              mine.reload();
            });
          }}
        />
      )}
    </main>
  );
}

const nameOf = (task: Assignment) => task.externalId || task.documentId;
