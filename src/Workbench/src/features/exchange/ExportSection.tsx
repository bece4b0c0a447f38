import { useState, type RefObject } from "react";
import { api } from "../../api/client.ts";
import type { ExportForm, ExportReport, Project } from "../../api/types.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { KeyOf, type KeyedPage } from "../../ui/usePageKeys.tsx";
import type { ExchangeCommand } from "./commands.ts";
import { formats } from "./formats.ts";
import { LossTable } from "./LossTable.tsx";
import { exportTold, titleShort } from "./words.ts";

const statuses: Record<ExportForm["status"], string> = { done: "done", in_progress: "in progress", new: "new", all: "every status" };

/** What goes out is chosen, what its format loses is shown, and the browser fetches it. */
export function ExportSection(props: {
  project: Project;
  keyed: KeyedPage<ExchangeCommand>;
  /** Pressed by keys. */
  prepare: RefObject<HTMLButtonElement | null>;
  download: RefObject<HTMLAnchorElement | null>;
}) {
  const { project, keyed } = props;
  const [form, setForm] = useState<ExportForm>({ format: "jsonl", status: "done", kind: undefined, text: undefined });
  const [report, setReport] = useState<{ of: ExportForm; said: ExportReport }>();
  const { busy, problem, dismiss, attempt } = useAttempt();
  const documents = useAnswer(`documents ${project.id}`, () => api.documents(project.id));
  const kinds = [...new Set(documents.value?.map((document) => document.kind))].sort();
  const said = report?.of === form ? report.said : undefined;

  function prepare() {
    if (busy) return;
    void attempt(async () => {
      setReport({ of: form, said: await api.reportExport(project.id, form) });
    });
  }

  return (
    <section className="exchange-part" aria-labelledby="export-title">
      <h2 id="export-title">Export documents</h2>
      <p className="hint">What people decided goes out; suggestions that nobody has decided stay here.</p>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          prepare();
        }}
      >
        <label>
          as{" "}
          <select aria-label="Format of the export" value={form.format} onChange={(event) => setForm({ ...form, format: event.target.value })}>
            {formats.map((format) => (
              <option key={format.name} value={format.name}>
                {format.title}
              </option>
            ))}
          </select>
        </label>
        <select
          aria-label="Status of the documents"
          value={form.status}
          onChange={(event) => setForm({ ...form, status: event.target.value as ExportForm["status"] })}
        >
          {Object.entries(statuses).map(([status, words]) => (
            <option key={status} value={status}>
              {words}
            </option>
          ))}
        </select>
        <select aria-label="Kind of the documents" value={form.kind ?? ""} onChange={(event) => setForm({ ...form, kind: event.target.value || undefined })}>
          <option value="">every kind</option>
          {kinds.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
        <input
          type="search"
          placeholder="With this in id or group"
          aria-label="With this in id or group"
          value={form.text ?? ""}
          maxLength={200}
          onChange={(event) => setForm({ ...form, text: event.target.value || undefined })}
        />
        <button type="submit" ref={props.prepare}>
          {busy ? "Reading…" : "Look what it would hold"} <KeyOf page={keyed} command="prepare" />
        </button>
      </form>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <div className="exchange-result">
        {said && (
          <>
            <p role="status" data-testid="report">
              {exportTold(said)}
            </p>
            {said.documents > 0 && (
              <>
                <LossTable losses={said.losses} label="What would be lost on the way out" format={titleShort(said.format)} />
                <p>
                  <a className="button primary" href={api.exportHref(project.id, form)} download={said.fileName} ref={props.download}>
                    Download {said.fileName} <KeyOf page={keyed} command="download" />
                  </a>
                </p>
              </>
            )}
          </>
        )}
      </div>
    </section>
  );
}
