import { useEffect, useRef, type RefObject } from "react";
import type { Project } from "../../api/types.ts";
import { PreannotationBar } from "../../preannotation/PreannotationBar.tsx";
import { Meter, ProblemBox } from "../../ui/parts.tsx";
import { KeyOf, type KeyedPage } from "../../ui/usePageKeys.tsx";
import type { ExchangeCommand } from "./commands.ts";
import { formatNamed, formats, sizeInWords } from "./formats.ts";
import { LossTable } from "./LossTable.tsx";
import { MissingNames } from "./MissingNames.tsx";
import type { Import } from "./useImport.ts";
import { checkTold, counted, titleShort } from "./words.ts";

/** A file is chosen, what would come of it is shown, and it comes in. */
export function ImportSection(props: {
  project: Project;
  incoming: Import;
  keyed: KeyedPage<ExchangeCommand>;
  input: RefObject<HTMLInputElement | null>;
  documentsHref: string;
  onSchemaChanged: () => void;
}) {
  const { incoming, keyed, project } = props;
  const { chosen, going, check, stored, problem } = incoming;
  const result = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone, and the focus with it.
  useEffect(() => {
    if (stored && document.activeElement === document.body) result.current?.focus({ preventScroll: true });
  }, [stored]);

  return (
    <section className="exchange-part" aria-labelledby="import-title">
      <h2 id="import-title">Bring a file in</h2>
      <div className="row">
        <label className="file-button">
          Choose a file <KeyOf page={keyed} command="choose" />
          <input
            ref={props.input}
            type="file"
            aria-label="File to bring in"
            onChange={(event) => {
              const file = event.target.files?.[0];
              // The same file can then be chosen again when it has been mended.
              event.target.value = "";
              if (file) void incoming.choose(file);
            }}
          />
        </label>
        {chosen ? (
          <>
            <strong className="file-name">{chosen.file.name}</strong>
            <span className="muted">{sizeInWords(chosen.file.size)}</span>
            <label>
              read as{" "}
              <select
                value={chosen.format}
                disabled={going?.what === "stored"}
                onChange={(event) => incoming.read({ ...chosen, format: event.target.value, externalIds: !formatNamed(event.target.value).utterances })}
              >
                {formats.map((format) => (
                  <option key={format.name} value={format.name}>
                    {format.title}
                  </option>
                ))}
              </select>
            </label>
            <label className="check">
              <input
                type="checkbox"
                checked={chosen.externalIds}
                disabled={going?.what === "stored"}
                onChange={(event) => incoming.read({ ...chosen, externalIds: event.target.checked })}
              />
              keep its ids
            </label>
            <button type="button" className="quiet" onClick={incoming.leave}>
              {going ? "Stop" : "Put away"} <KeyOf page={keyed} command="stop" />
            </button>
          </>
        ) : (
          <span className="hint">Rasa NLU, JSON lines, CSV, brat, CoNLL, BioC, CAS, doccano, Label Studio, PubTator, spaCy, WebAnno: {formats.length} formats.</span>
        )}
      </div>
      {going && (
        <div className="going" data-testid="going">
          <Meter value={going.sent} total={going.total} label="Bytes sent" />
          <p className="hint" role="status">
            {going.sent < going.total
              ? `Sending: ${sizeInWords(going.sent)} of ${sizeInWords(going.total)}.`
              : going.what === "checked"
                ? "Sent. The service reads it…"
                : "Sent. The service stores it…"}
          </p>
        </div>
      )}
      <div ref={result} tabIndex={-1} className="exchange-result">
        {problem && (
          <>
            <ProblemBox problem={problem} />
            <p data-testid="not-stored">
              Nothing of the file was stored. It comes in as a whole, or not at all: mend it{problem.extra["line"] ? ` at line ${String(problem.extra["line"])}` : ""} and choose it
              again, or read it as another format.
            </p>
          </>
        )}
        {chosen && check && (
          <>
            <p role="status" data-testid="checked">
              {checkTold(check)}
            </p>
            <MissingNames
              project={project}
              check={check}
              onAdded={() => {
                props.onSchemaChanged();
                incoming.checkAgain();
              }}
            />
            <LossTable losses={check.losses} label="What would be lost on the way in" format={titleShort(chosen.format)} />
            <p>
              <button
                type="button"
                className="primary"
                disabled={going !== undefined || check.missingLabels.length + check.missingIntents.length > 0}
                onClick={incoming.store}
              >
                Bring in {counted(check.documents, "document")} <KeyOf page={keyed} command="store" />
              </button>
            </p>
          </>
        )}
        {chosen && stored && (
          <>
            <p role="status" data-testid="stored">
              {counted(stored.items.length, "document")} of {chosen.file.name} came in. <a href={props.documentsHref}>Go to the documents</a>
            </p>
            <PreannotationBar projectId={project.id} onEnd={() => undefined} />
            <LossTable losses={stored.losses} label="What was lost on the way in" format={titleShort(chosen.format)} />
          </>
        )}
      </div>
    </section>
  );
}
