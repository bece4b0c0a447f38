import { useRef, useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import type { ListedProject, Project } from "../../api/types.ts";
import { ListTable } from "../../ui/ListTable.tsx";
import { Empty, Meter, ProblemBox } from "../../ui/parts.tsx";
import { openRow, stepRow } from "../../ui/rows.ts";
import { onDay } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { KeyOf, KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { projectsCommands, type ProjectsCommand } from "./commands.ts";
import { newProject, startFromValue, startToValue, type Start } from "./starting.ts";

/** The projects that the caller has a role in: how far each is, its name, and how a new one begins. */
export function ProjectsPage(props: {
  projects: ListedProject[];
  /** Those that the caller may rename. */
  managed: readonly Project[];
  /** Whether they may make new ones. */
  makes: boolean;
  hrefOf: (projectId: string) => string;
  onChanged: () => void;
  /** A project was made, and is to be filled. */
  onMade: (projectId: string) => void;
}) {
  const list = useRef<HTMLTableSectionElement>(null);
  const name = useRef<HTMLInputElement>(null);

  function run(command: Exclude<ProjectsCommand, "keys">): boolean {
    switch (command) {
      case "next":
        return stepRow(list.current, 1);
      case "previous":
        return stepRow(list.current, -1);
      case "open":
        return openRow(list.current);
      case "new":
        name.current?.focus();
        return name.current !== null;
    }
  }

  const keyed = usePageKeys("projects", projectsCommands, run);

  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>Projects</h1>
          <p className="hint">Each has documents, labels and people of its own.</p>
        </div>
        <KeysButton page={keyed} />
      </header>
      {props.projects.length === 0 ? (
        <Empty title="There is no project yet">{props.makes ? <p>Make the first one below.</p> : <p>Somebody who manages one has to let you in.</p>}</Empty>
      ) : (
        <ListTable label="Projects" columns={["Project", "Documents done", "#Labels", "#Intents", "Since", "(Actions)"]} body={list}>
          {props.projects.map((project) => (
            <ProjectRow
              key={project.id}
              project={project}
              href={props.hrefOf(project.id)}
              renames={props.managed.includes(project)}
              onRenamed={props.onChanged}
            />
          ))}
        </ListTable>
      )}
      {props.makes && (
        <section aria-labelledby="new-project">
          <h2 id="new-project" className="section">
            A new project <KeyOf page={keyed} command="new" />
          </h2>
          <NewProjectForm projects={props.projects} nameField={name} onMade={props.onMade} />
        </section>
      )}
    </main>
  );
}

function ProjectRow(props: { project: ListedProject; href: string; renames: boolean; onRenamed: () => void }) {
  const { project } = props;
  const { documents } = project;
  const total = documents.new + documents.inProgress + documents.done;
  const [name, setName] = useState<string>();
  const { busy, problem, dismiss, attempt } = useAttempt();

  const leave = () => {
    dismiss();
    setName(undefined);
  };

  function rename(event: FormEvent) {
    event.preventDefault();
    void attempt(async () => {
      if (name!.trim() !== project.name) await api.renameProject(project.id, name!.trim());
      leave();
      props.onRenamed();
    });
  }

  return (
    <tr data-row={project.id}>
      <td>
        {name === undefined ? (
          <a href={props.href}>{project.name}</a>
        ) : (
          <form className="row" onSubmit={rename}>
            <input
              autoFocus
              aria-label={`New name of ${project.name}`}
              value={name}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => event.key === "Escape" && leave()}
            />
            <button type="submit" disabled={busy || name.trim() === ""}>
              Rename
            </button>
            <button type="button" className="quiet" onClick={leave}>
              Cancel
            </button>
          </form>
        )}
        {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      </td>
      <td>
        {total === 0 ? <span className="hint">no documents yet</span> : <Meter value={documents.done} total={total} label={`Documents done in ${project.name}`} />}
      </td>
      <td className="number">{project.labels.length}</td>
      <td className="number">{project.intents.length}</td>
      <td className="muted">
        {onDay(project.created)} by {project.createdBy}
      </td>
      <td className="actions">
        {props.renames && name === undefined && (
          <button type="button" aria-label={`Rename ${project.name}`} onClick={() => setName(project.name)}>
            Rename
          </button>
        )}
      </td>
    </tr>
  );
}

function NewProjectForm(props: { projects: Project[]; nameField: React.Ref<HTMLInputElement>; onMade: (projectId: string) => void }) {
  const schema = useAnswer("starting schema", api.startingSchema);
  const [name, setName] = useState("");
  const [start, setStart] = useState<Start>("notes");
  const { busy, problem, dismiss, attempt } = useAttempt();
  const { labels, intents } = schema.value ?? { labels: [], intents: [] };

  function make(event: FormEvent) {
    event.preventDefault();
    void attempt(async () => {
      const made = await api.createProject(newProject(name.trim(), start, schema.value!, props.projects));
      props.onMade(made.id);
    });
  }

  return (
    <>
      {schema.problem && <ProblemBox problem={schema.problem} onRetry={schema.reload} />}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <form className="add-form" onSubmit={make}>
        <label>
          Name
          <input ref={props.nameField} value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" placeholder="e.g. Cardiology letters" />
        </label>
        <label>
          Begins with
          <select value={startToValue(start)} onChange={(event) => setStart(startFromValue(event.target.value))}>
            <option value="notes">{labels.length} labels for clinical text</option>
            {intents.length > 0 && <option value="messages">{intents.length} intents for patients’ messages</option>}
            {intents.length > 0 && <option value="both">both</option>}
            {props.projects.map((project) => (
              <option key={project.id} value={startToValue({ like: project.id })}>
                what {project.name} has, without its guidelines
              </option>
            ))}
            <option value="nothing">nothing yet</option>
          </select>
        </label>
        <button type="submit" className="primary" disabled={busy || name.trim() === "" || !schema.value}>
          Make the project
        </button>
      </form>
      <p className="hint">All of it can be changed later, under Labels and Inbox. Documents are brought in next.</p>
    </>
  );
}
