import { useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { Assignment, Project, QueueOrder } from "../../api/types.ts";
import { GuidelinePanel } from "../../ui/GuidelinePanel.tsx";
import { labelColours } from "../../ui/labelColours.ts";
import { Empty, Loading, NewComments, ProblemBox } from "../../ui/parts.tsx";
import { ReasonDialog } from "../../ui/ReasonDialog.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { useReloadOn } from "../../ui/useProjectEvents.ts";
import { openRow, rowWithFocus, stepRow } from "../../ui/rows.ts";
import { atHour } from "../../ui/times.ts";
import { KeyOf, KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { AssignForm } from "./AssignForm.tsx";
import { tasksCommands, type TasksCommand } from "./commands.ts";
import { nameOf, states } from "./words.ts";

const orders: Record<QueueOrder, string> = {
  given: "as given out",
  uncertainty: "where the model is least sure",
  disagreement: "where people differ most",
  diversity: "unlike what was done",
  gain_per_second: "most corrections a second",
};

/** A person's own queue; for those who give out work, also who has how much. */
export function TasksPage(props: { project: Project; manages: boolean; open: (documentId: string) => void; hrefOf: (id: string) => string }) {
  const { project } = props;
  const mine = useAnswer(`mine ${project.id}`, () => api.myAssignments(project.id));
  const [heard, setHeard] = useState(0);
  useReloadOn(project.id, ["assignment", "assignments"], () => {
    mine.reload();
    setHeard((before) => before + 1);
  });
  const [order, setOrder] = useState<QueueOrder>("given");
  const [told, setTold] = useState("");
  const list = useRef<HTMLTableSectionElement>(null);
  const [guideline, setGuideline] = useState(false);
  const [skipping, setSkipping] = useState<Assignment>();
  const { busy, problem, dismiss, attempt } = useAttempt();

  const next = () =>
    attempt(async () => {
      setTold("");
      const { assignment } = await api.nextAssignment(project.id, order);
      if (assignment?.copyId) props.open(assignment.copyId);
      else setTold("There is nothing for you to do at present.");
    });

  const say = (words: string) => {
    setTold(words);
    return true;
  };

  function skip(): boolean {
    const task = mine.value?.find((candidate) => candidate.id === rowWithFocus(list.current));
    if (!task) return say("Choose a task of the list first.");
    if (!mayBeSkipped(task)) return say("This one is not waiting for you any more.");
    setSkipping(task);
    return true;
  }

  function run(command: Exclude<TasksCommand, "keys">): boolean {
    const names = Object.keys(orders) as QueueOrder[];
    switch (command) {
      case "take":
        if (!busy) void next();
        return true;
      case "next":
        return stepRow(list.current, 1);
      case "previous":
        return stepRow(list.current, -1);
      case "open":
        if (rowWithFocus(list.current) === undefined) return false;
        return openRow(list.current) || say("It is not begun yet: “Next document” takes it when its turn comes.");
      case "skip":
        return skip();
      case "order":
        setOrder(names[(names.indexOf(order) + 1) % names.length]!);
        return true;
      case "guideline":
        setGuideline((before) => !before);
        return true;
    }
  }

  const keyed = usePageKeys("tasks", tasksCommands, run);

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
            Guidelines <KeyOf page={keyed} command="guideline" />
          </button>
          <button type="button" className="primary" disabled={busy} onClick={() => void next()}>
            Next document <KeyOf page={keyed} command="take" />
          </button>
          <KeysButton page={keyed} />
        </div>
      </header>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <p role="status" className="hint">
        {told} {done} done, {open.length} begun or waiting for you.
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
          <tbody ref={list}>
            {mine.value.map((task) => (
              <tr key={task.id} data-row={task.id} tabIndex={-1}>
                <td>
                  {task.copyId ? <a href={props.hrefOf(task.copyId)}>{nameOf(task)}</a> : nameOf(task)} <NewComments count={task.unreadComments} />
                </td>
                <td>
                  <span className={task.state === "done" ? "chip status-done" : task.state === "taken" ? "chip status-in_progress" : "chip"}>
                    {states[task.state]}
                  </span>{" "}
                  {task.skipReason && <span className="hint">{task.skipReason}</span>}
                </td>
                <td>{task.lockedUntil ? atHour(task.lockedUntil) : ""}</td>
                <td className="number">
                  {mayBeSkipped(task) && (
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
      {props.manages && <AssignForm project={project} heard={heard} />}
      {skipping && (
        <ReasonDialog
          title={`Skip ${nameOf(skipping)}`}
          told="It can go to somebody else. Who gives out work sees the reason."
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

const mayBeSkipped = (task: Assignment) => task.state === "open" || task.state === "taken";
