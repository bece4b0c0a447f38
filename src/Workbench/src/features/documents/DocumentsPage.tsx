import { useMemo, useRef, useState } from "react";
import type { DocumentQuery, DocumentStatus, DocumentSummary, Project } from "../../api/types.ts";
import { PreannotationBar } from "../../preannotation/PreannotationBar.tsx";
import { useChosenDocuments } from "../../ui/chosenDocuments.ts";
import { More } from "../../ui/More.tsx";
import { Empty, Loading, Meter, NewComments, ProblemBox } from "../../ui/parts.tsx";
import { openRow, rowWithFocus, stepRow } from "../../ui/rows.ts";
import { KeyOf, KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { documentsCommands, type DocumentsCommand } from "./commands.ts";
import { WithdrawnDocuments } from "./WithdrawnDocuments.tsx";
import { nameOf, noFilter, passing, queryOf, statusNames, type DocumentFilter } from "./documentFilter.ts";
import { useDocumentList } from "./useDocumentList.ts";

const statuses: readonly (DocumentStatus | "")[] = ["", ...(Object.keys(statusNames) as DocumentStatus[])];

export function DocumentsPage(props: {
  project: Project;
  /** Whether the caller may see what was withdrawn, and take it back; may choose documents, and export and give them out. */
  manages: boolean;
  hrefOf: (id: string) => string;
  exchangeHref: string;
  tasksHref: string;
  /** Tells the rest of the workbench in which order "next document" goes: what is listed, and what more passes the filter. */
  onOrder: (query: DocumentQuery, ids: string[]) => void;
}) {
  const [filter, setFilter] = useState<DocumentFilter>(noFilter);
  const [withdrawn, setWithdrawn] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLTableSectionElement>(null);
  const exchange = useRef<HTMLAnchorElement>(null);
  const exportChosen = useRef<HTMLAnchorElement>(null);
  const giveOut = useRef<HTMLAnchorElement>(null);
  const list = useDocumentList(props.project.id, filter);
  const { items, counts } = list;
  const kinds = useMemo(() => [...new Set(counts?.map((count) => count.kind))].sort(), [counts]);
  const [chosen, choose] = useChosenDocuments(props.project.id);
  const ticked = useMemo(() => new Set(chosen), [chosen]);
  /** The row that was ticked last: with Shift all up to it are. */
  const lastTicked = useRef<string>(undefined);
  const allListed = items !== undefined && items.length > 0 && items.every((document) => ticked.has(document.id));

  function tick(id: string, upTo = false): boolean {
    const ids = items?.map((document) => document.id) ?? [];
    const [from, to] = [ids.indexOf(lastTicked.current ?? ""), ids.indexOf(id)].sort((a, b) => a - b) as [number, number];
    const range = upTo && from >= 0 ? ids.slice(from, to + 1) : [id];
    const on = !ticked.has(id);
    lastTicked.current = id;
    choose(on ? [...new Set([...chosen, ...range])] : chosen.filter((other) => !range.includes(other)));
    return true;
  }

  function tickListed(): boolean {
    const ids = items?.map((document) => document.id) ?? [];
    choose(allListed ? chosen.filter((id) => !ids.includes(id)) : [...new Set([...chosen, ...ids])]);
    return true;
  }

  function run(command: Exclude<DocumentsCommand, "keys">): boolean {
    switch (command) {
      case "next":
        return stepRow(table.current, 1);
      case "previous":
        return stepRow(table.current, -1);
      case "open":
        return openRow(table.current);
      case "choose": {
        const id = rowWithFocus(table.current);
        return props.manages && id !== undefined && tick(id);
      }
      case "chooseListed":
        return props.manages && tickListed();
      case "export":
        exportChosen.current?.click();
        return exportChosen.current !== null;
      case "giveOut":
        giveOut.current?.click();
        return giveOut.current !== null;
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

  if (list.problem && !items) return <ProblemBox problem={list.problem} onRetry={list.reload} />;
  if (!counts) return <Loading what="documents" />;
  const total = passing(counts, noFilter);
  const done = passing(counts, { ...noFilter, status: "done" });
  const remember = () => props.onOrder(queryOf(filter), items?.map((document) => document.id) ?? []);

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
          {total > 0 && <Meter value={done} total={total} label="Documents done" />}
          <div className="under-meter">
            <span className="hint">{total > 0 && "documents done"}</span>
            <KeysButton page={keyed} />
          </div>
        </div>
      </header>
      {list.problem && <ProblemBox problem={list.problem} onRetry={list.reload} />}
      {props.manages && <PreannotationBar key={props.project.id} projectId={props.project.id} onEnd={list.reload} />}
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
          {!withdrawn && list.passing !== undefined && `${list.passing.toLocaleString("en")} of ${total.toLocaleString("en")}`}
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
        <WithdrawnDocuments project={props.project} hrefOf={props.hrefOf} onRestored={list.reload} />
      ) : total === 0 ? (
        <Empty title="No documents yet">
          {props.manages ? (
            <p>
              <a href={props.exchangeHref}>Bring a file in</a>, or send some with <code>POST /v1/projects/{props.project.id}/documents</code>.
            </p>
          ) : (
            <p>Somebody who manages the project has to bring some in.</p>
          )}
        </Empty>
      ) : !items ? (
        <Loading what="documents" />
      ) : items.length === 0 ? (
        <Empty title="Nothing matches the filter">
          <button type="button" onClick={() => setFilter(noFilter)}>
            Show all
          </button>
        </Empty>
      ) : (
        <>
          {props.manages && chosen.length > 0 && (
            <div className="chosen-bar" role="group" aria-label="Chosen documents">
              <strong role="status">{chosen.length.toLocaleString("en")} chosen</strong>
              <a className="button" href={props.exchangeHref} ref={exportChosen}>
                Export <KeyOf page={keyed} command="export" />
              </a>
              <a className="button" href={props.tasksHref} ref={giveOut}>
                Give out <KeyOf page={keyed} command="giveOut" />
              </a>
              <button type="button" className="quiet" onClick={() => choose([])}>
                Choose none
              </button>
            </div>
          )}
          <table className="list">
            <thead>
              <tr>
                {props.manages && (
                  <th scope="col" className="tick">
                    <input
                      type="checkbox"
                      aria-label="Choose all that are listed"
                      checked={allListed}
                      onChange={tickListed}
                    />
                  </th>
                )}
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
            <tbody ref={table}>
              {items.map((document) => (
                <Row
                  key={document.id}
                  document={document}
                  href={props.hrefOf(document.id)}
                  onOpen={remember}
                  ticked={props.manages ? ticked.has(document.id) : undefined}
                  onTick={(upTo) => tick(document.id, upTo)}
                />
              ))}
            </tbody>
          </table>
          {list.more && <More key={items.length} onSeen={list.more} />}
        </>
      )}
    </main>
  );
}

function Row(props: {
  document: DocumentSummary;
  href: string;
  onOpen: () => void;
  /** Undefined where nothing is chosen. */
  ticked: boolean | undefined;
  onTick: (upTo: boolean) => void;
}) {
  const { document } = props;
  return (
    <tr data-row={document.id}>
      {props.ticked !== undefined && (
        <td className="tick">
          <input
            type="checkbox"
            aria-label={`Choose ${nameOf(document)}`}
            checked={props.ticked}
            onChange={(event) => props.onTick((event.nativeEvent as MouseEvent).shiftKey)}
          />
        </td>
      )}
      <td>
        <a href={props.href} onClick={props.onOpen}>
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
  );
}
