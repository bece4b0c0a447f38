import { useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { LabelError, Project } from "../../api/types.ts";
import { reopenForNow } from "../../corrections/reopened.ts";
import { Empty, Loading, Meter, ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { labelErrorsCommands, type LabelErrorsCommand } from "./commands.ts";
import { ErrorRow, type RowActions } from "./ErrorRow.tsx";
import { candidates, isOpen, kindNames, nextOpen, progressOf, progressTold, type Decision, type ErrorFilter } from "./errors.ts";
import "./label-errors.css";
import { SearchButtons } from "./SearchButtons.tsx";
import { useLabelErrors } from "./useLabelErrors.ts";
import { usePlace } from "./usePlace.ts";

/** So few behind the current entry, and the next part is fetched. */
const fewLeft = 10;

const stateNames: Record<ErrorFilter["state"], string> = { open: "open", to_mend: "to be mended", decided: "decided", all: "all" };

/** Where models that had not seen a finished document contradict what people made of it; a reviewer says who is right. */
export function LabelErrorsPage(props: {
  project: Project;
  manages: boolean;
  hrefOf: (documentId: string, at: number) => string;
  onOpen: (documentId: string, at: number) => void;
  onBack: () => void;
}) {
  const { project } = props;
  const [place, keep] = usePlace(project.id);
  const { filter } = place;
  const queue = useLabelErrors(project.id, filter, place);
  const [currentId, setCurrentId] = useState<string>();
  const [told, setTold] = useState("");
  const { busy, problem, dismiss, attempt } = useAttempt();
  const list = useRef<HTMLTableSectionElement>(null);
  const { items } = queue;
  const wanted = currentId ?? place.at.find((id) => items?.some((error) => error.id === id));
  const at = items ? Math.max(0, items.findIndex((error) => error.id === wanted)) : -1;
  const current = items?.[at];
  const progress = progressOf(queue.counts);

  // The focus is where the keys act, and the place is kept for coming back.
  useEffect(() => {
    if (!items || !current) return;
    keep({ at: candidates(items, at), fetched: items.length });
    const row = list.current?.querySelector<HTMLElement>(`[data-row="${current.id}"]`);
    const focused = document.activeElement;
    if (!row?.contains(focused) && (!focused || focused === document.body || list.current?.contains(focused))) row?.focus();
    row?.scrollIntoView({ block: "nearest" });
    if (items.length - at < fewLeft) void queue.more();
    // Only when the place is another one or the list has grown.
    // eslint-disable-next-line
  }, [current?.id, items?.length]);

  function say(words: string): true {
    setTold(words);
    return true;
  }

  function goTo(index: number | undefined): true {
    setCurrentId(items?.[index ?? at]?.id);
    return say("");
  }

  function narrow(part: Partial<ErrorFilter>) {
    setCurrentId(undefined);
    setTold("");
    keep({ filter: { ...filter, ...part }, at: [], fetched: 0 });
  }

  /** Says who is right, and goes on to the next that is open. */
  function decide(error: LabelError, decision: Decision): true {
    const index = items!.indexOf(error);
    if (!isOpen(error) && error.decision === decision) return goTo(nextOpen(items!, index) ?? index);
    void queue.decide(error, decision);
    keep({ decided: [...place.decided.filter((id) => id !== error.id), error.id] });
    const next = nextOpen(items!, index);
    goTo(next ?? index);
    if (next === undefined && !queue.hasMore) say("Nothing of this list is open any more.");
    return true;
  }

  /** It is an error, and is mended now: in the document, which is opened again if it was done. */
  function mend(error: LabelError): true {
    const index = items!.indexOf(error);
    void attempt(async () => {
      if (error.decision !== "error") {
        if (!(await queue.decide(error, "error"))) return;
        keep({ decided: [...place.decided.filter((id) => id !== error.id), error.id] });
      }
      const { status, revision } = await api.document(error.documentId);
      if (status === "done") await reopenForNow(error.documentId, revision);
      const next = nextOpen(items!, index);
      keep({ at: next === undefined ? [] : candidates(items!, next), fetched: items!.length });
      props.onOpen(error.documentId, startOf(error));
    });
    return true;
  }

  function undo(): true {
    const id = place.decided.at(-1);
    if (id === undefined) return say("There is nothing to take back.");
    keep({ decided: place.decided.slice(0, -1) });
    const error = items?.find((candidate) => candidate.id === id);
    if (error) {
      void queue.decide(error, undefined);
      setCurrentId(id);
      return say(error.mended ? "Taken back; it has been mended all the same." : "Taken back.");
    }
    void attempt(async () => {
      const { mended } = await api.decideLabelError(project.id, id, undefined);
      setCurrentId(undefined);
      await queue.fetchAnew([id], Number.MAX_SAFE_INTEGER);
      setCurrentId(id);
      setTold(mended ? "Taken back; it has been mended all the same." : "Taken back.");
    });
    return true;
  }

  function run(command: Exclude<LabelErrorsCommand, "keys">): boolean {
    if (busy) return true;
    switch (command) {
      case "undo":
        return undo();
      case "refresh":
        void queue.fetchAnew(items ? candidates(items, at) : [], items?.length ?? 0);
        return say("");
      case "back":
        props.onBack();
        return true;
    }
    if (!items || !current) return false;
    switch (command) {
      case "next":
        return goTo(Math.min(items.length - 1, at + 1));
      case "previous":
        return goTo(Math.max(0, at - 1));
      case "nextOpen":
        return goTo(nextOpen(items, at));
      case "open":
        props.onOpen(current.documentId, startOf(current));
        return true;
      case "error":
        return mend(current);
      case "later":
        return decide(current, "error");
      case "right":
        return decide(current, "right");
    }
  }

  const keyed = usePageKeys("label-errors", labelErrorsCommands, run);

  // One object for all rows, so that only those are drawn again that have changed.
  const latest = useRef<RowActions>(undefined);
  latest.current = { pick: (error) => setCurrentId(error.id), mend, right: (error) => decide(error, "right") };
  const actions = useMemo(
    (): RowActions => ({
      pick: (error) => latest.current!.pick(error),
      mend: (error) => latest.current!.mend(error),
      right: (error) => latest.current!.right(error),
    }),
    [],
  );

  return (
    <main className="page label-errors">
      <header className="page-head">
        <div>
          <h1>Probable label errors</h1>
          <p className="hint">
            Quick models, each trained without one part of the finished documents, read that part. What they are surer of than of what stands
            there is listed, the most probable first.
          </p>
        </div>
        <div className="page-meter">
          {progress.seen + progress.left > 0 && <Meter value={progress.seen} total={progress.seen + progress.left} label="Entries seen" />}
          <KeysButton page={keyed} />
        </div>
      </header>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {queue.problem && <ProblemBox problem={queue.problem} onRetry={() => run("refresh")} />}
      <div className="filters">
        <select aria-label="Show" value={filter.state} onChange={(event) => narrow({ state: event.target.value as ErrorFilter["state"] })}>
          {Object.entries(stateNames).map(([state, words]) => (
            <option key={state} value={state}>
              {words}
            </option>
          ))}
        </select>
        <select aria-label="Kind" value={filter.kind} onChange={(event) => narrow({ kind: event.target.value })}>
          <option value="">every kind</option>
          {Object.entries(kindNames).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
        <select aria-label="Label" value={filter.label} onChange={(event) => narrow({ label: event.target.value })}>
          <option value="">every label</option>
          {[...project.labels, ...project.intents].map((option) => (
            <option key={option.name}>{option.name}</option>
          ))}
        </select>
        <SearchButtons project={project} manages={props.manages} onOver={() => void queue.fetchAnew([], 0)} />
      </div>
      <p className="hint" role="status" data-testid="progress" data-saving={queue.unsent > 0 ? "saving" : "saved"}>
        {queue.items && progressTold(progress)} {told}
      </p>
      {!items && !queue.problem && <Loading what="probable errors" />}
      {items?.length === 0 && (
        <Empty title={filter.state === "open" && !filter.kind && !filter.label ? "Nothing waits here" : "No entry is like that"}>
          {progress.seen + progress.left === 0 && props.manages && <p>“Look for errors” reads the finished documents; at least a few have to be done.</p>}
        </Empty>
      )}
      {items && items.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">What</th>
              <th scope="col" className="number">
                Margin
              </th>
              <th scope="col">Who is right?</th>
            </tr>
          </thead>
          <tbody ref={list}>
            {items.map((error, index) => (
              <ErrorRow
                key={error.id}
                error={error}
                href={props.hrefOf(error.documentId, startOf(error))}
                current={index === at}
                keys={index === at ? keyed : undefined}
                actions={actions}
              />
            ))}
          </tbody>
        </table>
      )}
      {queue.hasMore && (
        <p>
          <button type="button" onClick={() => void queue.more()}>
            Show more
          </button>
        </p>
      )}
    </main>
  );
}

const startOf = (error: LabelError) => (error.marked ?? error.suggested)?.start ?? 0;
