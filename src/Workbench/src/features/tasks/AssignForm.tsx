import { useEffect, useId, useState } from "react";
import { api } from "../../api/client.ts";
import type { AssignmentSettings, Project } from "../../api/types.ts";
import { useChosenDocuments } from "../../ui/chosenDocuments.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { GoldQuestions } from "./GoldQuestions.tsx";
import { OpenReadings } from "./OpenReadings.tsx";
import "./tasks.css";

/**
 * For those who give out work: who reads what, how many read each document, and how readers are tested.
 * `heard` counts what happened since to anybody's work: a browser has few connections, so the page listens once.
 */
export function AssignForm(props: { project: Project; heard: number }) {
  const id = props.project.id;
  const progress = useAnswer(`progress ${id}`, () => api.assignmentProgress(id));
  const settings = useAnswer(`settings ${id}`, () => api.assignmentSettings(id));
  const readers = useAnswer(`readers ${id}`, () => api.readers(id));
  const open = useAnswer(`open readings ${id}`, () => api.openAssignments(id));
  const [people, setPeople] = useState<string[]>([]);
  const [perDocument, setPerDocument] = useState(2);
  const [added, setAdded] = useState<number>();
  const [chosen, choose] = useChosenDocuments(id);
  const { busy, problem, dismiss, attempt } = useAttempt();
  const heading = useId();

  const reload = () => {
    progress.reload();
    open.reload();
  };
  useEffect(() => {
    if (props.heard > 0) reload();
    // Only when something was heard: the answers themselves change at each look.
  }, [props.heard]);

  return (
    <section aria-labelledby={heading} className="assign">
      <h2 id={heading}>Give out work</h2>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(async () => {
            setAdded((await api.assign(id, people, perDocument, chosen.length > 0 ? [...chosen] : undefined)).added);
            choose([]);
            reload();
          });
        }}
      >
        <fieldset className="people">
          <legend>Readers</legend>
          {readers.value?.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={people.includes(name)}
                onChange={(event) => setPeople(event.target.checked ? [...people, name] : people.filter((other) => other !== name))}
              />
              {name}
            </label>
          ))}
          <span className="hint">{people.length === 0 ? "Nobody is ticked: whoever asks for work gets it." : ""}</span>
        </fieldset>
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
          {chosen.length > 0
            ? `Give out ${chosen.length} chosen ${chosen.length === 1 ? "document" : "documents"}`
            : "Give out all unfinished documents"}
        </button>
        {chosen.length > 0 && (
          <button type="button" className="quiet" onClick={() => choose([])}>
            Choose none
          </button>
        )}
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
      {readers.problem && <ProblemBox problem={readers.problem} onRetry={readers.reload} />}
      {open.problem && <ProblemBox problem={open.problem} onRetry={open.reload} />}
      {open.value && progress.value && (
        <OpenReadings
          projectId={id}
          readings={open.value}
          readers={readers.value ?? []}
          given={progress.value.length > 0}
          onChanged={reload}
        />
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
      {settings.value && <GoldQuestions projectId={id} every={settings.value.goldQuestionEvery} />}
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
