import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import type { Guideline, LabelDefinition, Project } from "../../api/types.ts";
import { Markdown } from "../../ui/Markdown.tsx";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";

/** What people are told: the project's own text and one for each label, edited beside how it will look. */
export function GuidelinesTab(props: {
  project: Project;
  labels: readonly LabelDefinition[];
  mayChange: boolean;
  /** The label whose text is shown; empty for the project's own. */
  about: string;
  onAbout: (label: string) => void;
  onWritten: () => void;
}) {
  const { project } = props;
  const guidelines = useAnswer(`guidelines ${project.id}`, () => api.guidelines(project.id));
  if (guidelines.problem && !guidelines.value) return <ProblemBox problem={guidelines.problem} onRetry={guidelines.reload} />;
  if (!guidelines.value) return <Loading what="the guidelines" />;
  const written = new Map(guidelines.value.map((item) => [item.label, item]));
  const about = props.labels.some((label) => label.name === props.about) ? props.about : "";

  return (
    <div className="guidelines">
      <nav className="guideline-list" aria-label="Texts">
        {["", ...props.labels.map((label) => label.name)].map((name) => (
          <button key={name} type="button" className="quiet" aria-current={name === about ? "true" : undefined} onClick={() => props.onAbout(name)}>
            {name || "The project"}
            {!written.get(name)?.text && <span className="muted"> –</span>}
          </button>
        ))}
      </nav>
      <Editor
        key={about}
        projectId={project.id}
        label={about}
        stored={written.get(about)}
        mayChange={props.mayChange}
        onWritten={() => {
          guidelines.reload();
          props.onWritten();
        }}
        onReload={guidelines.reload}
      />
    </div>
  );
}

function Editor(props: {
  projectId: string;
  label: string;
  stored: Guideline | undefined;
  mayChange: boolean;
  onWritten: () => void;
  onReload: () => void;
}) {
  const { stored, label } = props;
  const [text, setText] = useState(stored?.text ?? "");
  const [seen, setSeen] = useState(stored);
  const [told, setTold] = useState("");
  const { busy, problem, dismiss, attempt } = useAttempt();
  const stale = problem?.code === "stale_schema";
  const dirty = text !== (seen?.text ?? "");

  // Nothing written is lost by a wrong click.
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [dirty]);

  const save = () =>
    attempt(async () => {
      const saved = await api.writeGuideline(props.projectId, label, text, seen?.version ?? 0);
      setSeen(saved);
      setTold(`Saved as version ${saved.version}.`);
      props.onWritten();
    });

  return (
    <div className="guideline-editor">
      <header className="row">
        <h2>{label || "The project"}</h2>
        {seen && (
          <span className="hint">
            Version {seen.version}, {seen.by}, {seen.at && atMinute(seen.at)}
          </span>
        )}
        <span className="spacer" />
        <span className="hint" role="status" data-testid="told">
          {dirty && props.mayChange ? "Not saved yet." : told}
        </span>
        {props.mayChange && (
          <button type="button" className="primary" disabled={busy || !dirty} onClick={() => void save()}>
            Save
          </button>
        )}
      </header>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {stale && (
        <p className="warning">
          Somebody else wrote this text meanwhile. Yours is still here.{" "}
          <button
            type="button"
            onClick={() =>
              void attempt(async () => {
                const now = (await api.guidelineVersions(props.projectId, label))[0];
                setSeen(now);
                setText((mine) => `${mine}\n\n---\n\nAs ${now?.by ?? "somebody"} wrote it meanwhile:\n\n${now?.text ?? ""}`);
                props.onReload();
              })
            }
          >
            Show theirs below mine
          </button>
        </p>
      )}
      <div className={props.mayChange ? "two-panes" : ""}>
        {props.mayChange && (
          <textarea
            aria-label={`Guideline of ${label || "the project"}, as Markdown`}
            value={text}
            maxLength={100_000}
            spellCheck
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if ((event.ctrlKey || event.metaKey) && event.key === "s") {
                event.preventDefault();
                if (dirty && !busy) void save();
              }
            }}
          />
        )}
        <div className="guideline-preview" aria-label="How it looks" role="region" tabIndex={0}>
          {text.trim() === "" ? <p className="hint">Nothing is written yet.</p> : <Markdown text={text} />}
        </div>
      </div>
      {props.mayChange && (
        <p className="hint">Markdown: # heading, **strong**, *emphasis*, - list, 1. list, | table |, `words`, [link](https://…). HTML is shown as it is written.</p>
      )}
    </div>
  );
}
