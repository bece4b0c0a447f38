import { useState } from "react";
import { api } from "../../api/client.ts";
import type { AuditVerification } from "../../api/types.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { atSecond } from "../../ui/times.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { usePages } from "../../ui/usePages.ts";
import { useSettled } from "../../ui/useSettled.ts";
import { detailsOf, noFilter, queryOf, type AuditFilter } from "./auditFilter.ts";

/** Typing does not ask the service at every key. */
const pauseMs = 300;

/** Who did what to which record, newest first; and whether the log is as it was written. */
export function AuditPage() {
  const [filter, setFilter] = useState<AuditFilter>(noFilter);
  const asked = useSettled(filter, pauseMs);

  const field = (name: keyof AuditFilter) => ({
    value: filter[name],
    onChange: (event: { target: { value: string } }) => setFilter({ ...filter, [name]: event.target.value }),
  });

  return (
    <main className="page audit">
      <header className="page-head">
        <div>
          <h1>Audit</h1>
          <p className="hint">Who did what to which record, and when; never clinical text. Nothing in it can be changed.</p>
        </div>
        <Verification />
      </header>
      <div className="add-form" role="search">
        <label>
          Person or key
          <input {...field("by")} autoComplete="off" />
        </label>
        <label>
          Action
          <input {...field("action")} autoComplete="off" placeholder="document, role.granted, …" />
        </label>
        <label>
          Record
          <input {...field("subject")} autoComplete="off" placeholder="its id" />
        </label>
        <label>
          From
          <input type="datetime-local" {...field("from")} />
        </label>
        <label>
          Until
          <input type="datetime-local" {...field("until")} />
        </label>
        <button type="button" className="quiet" disabled={filter === noFilter} onClick={() => setFilter(noFilter)}>
          Clear
        </button>
      </div>
      <Entries
        key={JSON.stringify(asked)}
        query={queryOf(asked)}
        onChoose={(chosen) => setFilter({ ...filter, ...chosen })}
      />
    </main>
  );
}

function Verification() {
  const [result, setResult] = useState<AuditVerification>();
  const { busy, problem, attempt } = useAttempt();
  return (
    <div className="verification" role="status">
      {problem && <span className="delta-down">{problem.detail}</span>}
      {result?.whole && (
        <span className="delta-up" title={`Hash of the last record: ${result.head}`}>
          {result.records.toLocaleString("en")} records, all as they were written.
        </span>
      )}
      {result && !result.whole && (
        <strong className="delta-down">
          Broken at record {result.firstBroken}: {result.reason}.
        </strong>
      )}
      <button type="button" disabled={busy} onClick={() => void attempt(async () => setResult(await api.verifyAudit()))}>
        {busy ? "Verifying…" : "Verify the chain"}
      </button>
    </div>
  );
}

function Entries(props: { query: Record<string, string>; onChoose: (filter: Partial<AuditFilter>) => void }) {
  const { value: entries, more, fetching, problem, reload } = usePages("audit", (after, limit) => api.audit(props.query, after, limit));

  if (!entries) return problem ? <ProblemBox problem={problem} onRetry={reload} /> : <Loading what="the log" />;
  if (entries.length === 0) return <Empty title="Nothing matches the filter" />;
  return (
    <>
      <table className="list">
        <thead>
          <tr>
            <th scope="col" className="number">
              No.
            </th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Record</th>
            <th scope="col">Details</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.sequence} data-testid="entry">
              <td className="number muted">{entry.sequence}</td>
              <td className="nowrap">{atSecond(entry.at)}</td>
              <td>{choice(entry.by, { by: entry.by }, "by this one")}</td>
              <td>{choice(entry.action, { action: entry.action }, "with this action")}</td>
              <td className="record">{choice(entry.subject, { subject: entry.subject }, "about this record")}</td>
              <td className="muted details" title={detailsOf(entry.details)}>
                {detailsOf(entry.details)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {problem && <ProblemBox problem={problem} />}
      {more && (
        <p className="more">
          <button type="button" disabled={fetching} onClick={more}>
            Older records
          </button>
        </p>
      )}
    </>
  );

  function choice(words: string, filter: Partial<AuditFilter>, what: string) {
    return (
      <button type="button" className="link" title={`Only what was done ${what}`} onClick={() => props.onChoose(filter)}>
        {words}
      </button>
    );
  }
}
