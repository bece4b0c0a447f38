import { useMemo, useRef, useState } from "react";
import type { DocumentStatus, DocumentSummary, Project } from "../../api/types.ts";
import type { Problem } from "../../api/problem.ts";
import { Empty, Loading, Meter, NewComments, ProblemBox } from "../../ui/parts.tsx";
import { openRow, stepRow } from "../../ui/rows.ts";
import { KeyOf, KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { documentsCommands, type DocumentsCommand } from "./commands.ts";
import { WithdrawnDocuments } from "./WithdrawnDocuments.tsx";
import { matches, nameOf, noFilter, statusNames, type DocumentFilter } from "./documentFilter.ts";

const statuses: readonly (DocumentStatus | "")[] = ["", ...(Object.keys(statusNames) as DocumentStatus[])];

export function DocumentsPage(props: {
  project: Project;
  documents: DocumentSummary[] | undefined;
  problem: Problem | undefined;
  onRetry: () => void;
  /** Whether the caller may see what was withdrawn, and take it back. */
  manages: boolean;
  hrefOf: (id: string) => string;
  exchangeHref: string;
  /** Tells the rest of the workbench in which order "next document" goes. */
  onOrder: (ids: string[]) => void;
}) {
  const [filter, setFilter] = useState<DocumentFilter>(noFilter);
  const [withdrawn, setWithdrawn] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLTableSectionElement>(null);
  const exchange = useRef<HTMLAnchorElement>(null);
  const documents = props.documents;
  const shown = useMemo(() => documents?.filter((document) => matches(document, filter)) ?? [], [documents, filter]);
  const kinds = useMemo(
    () => [...new Set(documents?.map((document) => document.kind).filter((kind): kind is string => !!kind))].sort(),
    [documents],
  );

  function run(command: Exclude<DocumentsCommand, "keys">): boolean {
    switch (command) {
      case "next":
        return stepRow(table.current, 1);
      case "previous":
        return stepRow(table.current, -1);
      case "open":
        return openRow(table.current);
      case "filter":
        search.current?.focus();
        return true;
      case "status":
        setFilter({ ...filter, status: statuses[(statuses.indexOf(filter.status) + 1) % statuses.length]! });
        return true;
      case "all":
        setFilter(noFilter);
        return true;
      case "exchange":
        exchange.current?.click();
        return props.manages;
    }
  }

  const keyed = usePageKeys("documents", documentsCommands, run);

  if (props.problem && !documents) return <ProblemBox problem={props.problem} onRetry={props.onRetry} />;
  if (!documents) return <Loading what="documents" />;
  const done = documents.filter((document) => document.status === "done").length;
  const remember = () => props.onOrder(shown.map((document) => document.id));

  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>{props.project.name}</h1>
          <p className="hint">
            Finished documents are what the next model learns from. <kbd>{keyed.keyFor("next")}</kbd>{" "}
            <kbd>{keyed.keyFor("previous")}</kbd> move, <kbd>{keyed.keyFor("open")}</kbd> opens, <kbd>{keyed.keyFor("filter")}</kbd> filters.
          </p>
        </div>
        <div className="page-meter">
          <Meter value={done} total={documents.length} label="Documents done" />
          <div className="under-meter">
            <span className="hint">documents done</span>
            <KeysButton page={keyed} />
          </div>
        </div>
      </header>
      {props.problem && <ProblemBox problem={props.problem} onRetry={props.onRetry} />}
      <div className="filters" role="search">
        <input
          ref={search}
          type="search"
          placeholder="Filter by id or group"
          aria-label="Filter by id or group"
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape" || event.key === "Enter") {
              table.current?.querySelector<HTMLAnchorElement>("a")?.focus();
              event.preventDefault();
            }
          }}
        />
        <select
          aria-label="Status"
          value={filter.status}
          onChange={(event) => setFilter({ ...filter, status: event.target.value as DocumentStatus | "" })}
        >
          <option value="">every status</option>
          {Object.entries(statusNames).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <select aria-label="Kind" value={filter.kind} onChange={(event) => setFilter({ ...filter, kind: event.target.value })}>
          <option value="">every kind</option>
          {kinds.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
        <span className="hint numbers" role="status">
          {!withdrawn && `${shown.length} of ${documents.length}`}
        </span>
        <span className="spacer" />
        {props.manages && (
          <a className="button" href={props.exchangeHref} ref={exchange}>
            Import and export <KeyOf page={keyed} command="exchange" />
          </a>
        )}
        {props.manages && (
          <label className="withdrawn-filter">
            <input type="checkbox" checked={withdrawn} onChange={(event) => setWithdrawn(event.target.checked)} />
            withdrawn ones
          </label>
        )}
      </div>
      {withdrawn ? (
        <WithdrawnDocuments project={props.project} hrefOf={props.hrefOf} onRestored={props.onRetry} />
      ) : documents.length === 0 ? (
        <Empty title="No documents yet">
          {props.manages ? (
            <p>
              <a href={props.exchangeHref}>Bring a file in</a>, or send some with <code>POST /v1/projects/{props.project.id}/documents</code>.
            </p>
          ) : (
            <p>Somebody who manages the project has to bring some in.</p>
          )}
        </Empty>
      ) : shown.length === 0 ? (
        <Empty title="Nothing matches the filter">
          <button type="button" onClick={() => setFilter(noFilter)}>
            Show all
          </button>
        </Empty>
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">Kind</th>
              <th scope="col">Group</th>
              <th scope="col">Status</th>
              <th scope="col" className="number">
                To decide
              </th>
              <th scope="col" className="number">
                Characters
              </th>
            </tr>
          </thead>
          <tbody ref={table} onClick={remember}>
            {shown.map((document) => (
              <tr key={document.id} data-row={document.id}>
                <td>
                  <a href={props.hrefOf(document.id)} onClick={remember}>
                    {nameOf(document)}
                  </a>{" "}
                  <NewComments count={document.unreadComments} />
                </td>
                <td>{document.kind ?? "–"}</td>
                <td className="muted">{document.group ?? "–"}</td>
                <td>
                  <span className={`chip status-${document.status}`}>{statusNames[document.status] ?? document.status}</span>
                </td>
                <td className="number">{document.openSuggestions}</td>
                <td className="number muted">{document.length.toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
