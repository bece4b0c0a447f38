import { useId, useState } from "react";
import { api } from "../../api/client.ts";
import type { AssignmentSettings, Project } from "../../api/types.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import "./tasks.css";

/** For those who give out work: who reads what, how many read each document, and how readers are tested. */
export function AssignForm(props: { project: Project }) {
  const id = props.project.id;
  const progress = useAnswer(`progress ${id}`, () => api.assignmentProgress(id));
  const settings = useAnswer(`settings ${id}`, () => api.assignmentSettings(id));
  const [people, setPeople] = useState("");
  const [perDocument, setPerDocument] = useState(2);
  const [added, setAdded] = useState<number>();
  const { busy, problem, dismiss, attempt } = useAttempt();
  const heading = useId();

  return (
    <section aria-labelledby={heading} className="assign">
      <h2 id={heading}>Give out work</h2>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          const names = people.split(",").map((name) => name.trim()).filter((name) => name);
          void attempt(async () => {
            setAdded((await api.assign(id, names, perDocument)).added);
            progress.reload();
          });
        }}
      >
        <label>
          People{" "}
          <input
            placeholder="names with commas; empty: anybody"
            value={people}
            onChange={(event) => setPeople(event.target.value)}
          />
        </label>
        <label>
          Readings a document{" "}
          <input
            type="number"
            min={1}
            max={20}
            value={perDocument}
            onChange={(event) => setPerDocument(event.target.valueAsNumber || 1)}
          />
        </label>
        <button type="submit" disabled={busy}>
          Give out all unfinished documents
        </button>
        <span role="status" className="hint">
          {added === undefined ? "" : `${added} ${added === 1 ? "reading" : "readings"} added.`}
        </span>
      </form>
      {progress.value && progress.value.length > 0 && (
        <table className="list">
          <caption className="hint">Readings by person</caption>
          <thead>
            <tr>
              <th scope="col">Person</th>
              {["open", "begun", "skipped", "done"].map((state) => (
                <th key={state} scope="col" className="number">
                  {state}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {progress.value.map((person) => (
              <tr key={person.person}>
                <th scope="row">{person.person || "anybody"}</th>
                <td className="number">{person.open}</td>
                <td className="number">{person.taken}</td>
                <td className="number">{person.skipped}</td>
                <td className="number">{person.done}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {settings.value && (
        <SettingsForm
          settings={settings.value}
          busy={busy}
          onSave={(changed) => void attempt(async () => {
            await api.saveAssignmentSettings(id, changed);
            settings.reload();
          })}
        />
      )}
    </section>
  );
}

function SettingsForm(props: { settings: AssignmentSettings; busy: boolean; onSave: (settings: AssignmentSettings) => void }) {
  const [settings, setSettings] = useState(props.settings);
  const number = (name: "lockMinutes" | "goldQuestionEvery", label: string, min: number) => (
    <label>
      {label}{" "}
      <input
        type="number"
        min={min}
        value={settings[name]}
        onChange={(event) => setSettings({ ...settings, [name]: event.target.valueAsNumber || min })}
      />
    </label>
  );
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSave(settings);
      }}
    >
      {number("lockMinutes", "Kept for, minutes", 1)}
      {number("goldQuestionEvery", "A gold question every (0: none)", 0)}
      <label>
        Wrong suggestions, %{" "}
        <input
          type="number"
          min={0}
          max={50}
          value={Math.round(settings.seededShare * 100)}
          onChange={(event) => setSettings({ ...settings, seededShare: (event.target.valueAsNumber || 0) / 100 })}
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={settings.suggestions}
          onChange={(event) => setSettings({ ...settings, suggestions: event.target.checked })}
        />
        with suggestions
      </label>
      <button type="submit" disabled={props.busy}>
        Save
      </button>
    </form>
  );
}
