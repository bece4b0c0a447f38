import { useMemo, useRef, useState, type RefObject } from "react";
import { api } from "../../api/client.ts";
import type { ExportForm, ExportReport, Project } from "../../api/types.ts";
import { useChosenDocuments } from "../../ui/chosenDocuments.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { KeyOf, type KeyedPage } from "../../ui/usePageKeys.tsx";
import type { ExchangeCommand } from "./commands.ts";
import { formats } from "./formats.ts";
import { LossTable } from "./LossTable.tsx";
import { counted, exportTold, titleShort } from "./words.ts";

const statuses: Record<ExportForm["status"], string> = { done: "done", in_progress: "in progress", new: "new", all: "every status" };

/** What goes out is chosen, what its format loses is shown, and the browser fetches it. */
export function ExportSection(props: {
  project: Project;
  keyed: KeyedPage<ExchangeCommand>;
  /** Pressed by keys. */
  prepare: RefObject<HTMLButtonElement | null>;
  download: RefObject<HTMLElement | null>;
}) {
  const { project, keyed } = props;
  const [form, setForm] = useState<ExportForm>({ format: "jsonl", status: "done", kind: undefined, text: undefined });
  const [report, setReport] = useState<{ of: ExportForm; said: ExportReport }>();
  const { busy, problem, dismiss, attempt } = useAttempt();
  const counts = useAnswer(`counts ${project.id}`, () => api.documentCounts(project.id));
  const kinds = [...new Set(counts.value?.map((count) => count.kind))].sort();
  const [chosen, choose] = useChosenDocuments(project.id);
  const [onlyChosen, setOnlyChosen] = useState(chosen.length > 0);
  const file = useRef<HTMLAnchorElement>(null);
  const only = onlyChosen && chosen.length > 0;
  // What was chosen by hand goes out whatever its status.
  const asked: ExportForm = useMemo(
    () => (only ? { format: form.format, status: "all", kind: undefined, text: undefined, documents: [...chosen] } : form),
    [only, chosen, form],
  );
  const said = report?.of === asked ? report.said : undefined;

  function prepare() {
    if (busy) return;
    void attempt(async () => {
      setReport({ of: asked, said: await api.reportExport(project.id, asked) });
    });
  }

  async function download(name: string) {
    const address = URL.createObjectURL(await api.exportFile(project.id, asked));
    file.current!.href = address;
    file.current!.download = name;
    file.current!.click();
    // After the browser has begun to read it.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
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
        {chosen.length > 0 && (
          <select
            aria-label="Which documents"
            value={only ? "chosen" : "filter"}
            onChange={(event) => setOnlyChosen(event.target.value === "chosen")}
          >
            <option value="chosen">{counted(chosen.length, "chosen document")}</option>
            <option value="filter">those with</option>
          </select>
        )}
        {only ? (
          <button type="button" className="quiet" onClick={() => choose([])}>
            Choose none
          </button>
        ) : (
          <>
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
          </>
        )}
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
                  {only ? (
                    <>
                      <button
                        type="button"
                        className="primary"
                        disabled={busy}
                        ref={(element) => void (props.download.current = element)}
                        onClick={() => void attempt(() => download(said.fileName))}
                      >
                        Download {said.fileName} <KeyOf page={keyed} command="download" />
                      </button>
                      <a ref={file} hidden aria-hidden="true" tabIndex={-1} />
                    </>
                  ) : (
                    <a className="button primary" href={api.exportHref(project.id, asked)} download={said.fileName} ref={(element) => void (props.download.current = element)}>
                      Download {said.fileName} <KeyOf page={keyed} command="download" />
                    </a>
                  )}
                </p>
              </>
            )}
          </>
        )}
      </div>
    </section>
  );
}
