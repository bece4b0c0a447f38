import { useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import type { AdjudicationCase, Project } from "../../api/types.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { Loading, Meter, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { placeOf } from "../../ui/keymap.ts";
import { KeyOf, KeysButton, usePageKeys, type KeyedPage } from "../../ui/usePageKeys.tsx";
import "./adjudicate.css";
import { useCaseDraft } from "./caseDraft.ts";
import { commentsAt, placesOf, type Choice, type Place } from "./choices.ts";
import { caseCommands, type CaseCommand } from "./commands.ts";
import { OwnForm, Question, Reading } from "./PlaceParts.tsx";

export function CasePage(props: { project: Project; documentId: string; onNext: (documentId: string) => void; onBack: () => void; listHref: string }) {
  const [told, setTold] = useState("");
  const open = useAnswer(`case ${props.documentId}`, () => api.adjudication(props.project.id, props.documentId));
  const { id } = props.project;

  /** False where no other document waits. */
  async function later(): Promise<boolean> {
    const next = await waitingAfter(id, props.documentId);
    if (!next || next.documentId === props.documentId) return false;
    setTold(`${open.value ? nameOf(open.value) : "The document before this one"} is left for later.`);
    props.onNext(next.documentId);
    return true;
  }

  if (open.problem && !open.value) {
    return <NotOpened problem={open.problem} onRetry={open.reload} onLater={later} listHref={props.listHref} />;
  }
  if (!open.value) return <Loading what="the readings" />;

  async function goOn() {
    // It is gold already: where no answer comes, the list says what is left.
    const next = await waitingAfter(id, props.documentId).catch(() => undefined);
    if (next) {
      setTold(`${nameOf(open.value!)} is gold. ${next.total === 1 ? "This one waits." : `This and ${(next.total - 1).toLocaleString("en")} more wait.`}`);
      props.onNext(next.documentId);
    } else {
      props.onBack();
    }
  }

  return <Case key={`${props.documentId} ${open.value.basis}`} {...props} open={open.value} before={told} onDone={goOn} onLater={later} onChanged={open.reload} />;
}

/** A case that cannot be opened must not stand between its reviewer and the next one. */
function NotOpened(props: { problem: Problem; onRetry: () => void; onLater: () => Promise<boolean>; listHref: string }) {
  const [alone, setAlone] = useState(false);
  const { busy, problem, attempt } = useAttempt();
  return (
    <main className="page">
      <ProblemBox problem={problem ?? props.problem} onRetry={props.onRetry} />
      <p className="actions">
        <button type="button" disabled={busy} onClick={() => void attempt(async () => setAlone(!(await props.onLater())))}>
          Next document
        </button>{" "}
        <a href={props.listHref}>Back to the list</a>
      </p>
      <p role="status">{alone && NoOther}</p>
    </main>
  );
}

/** The readings of a document side by side; one key decides a place and goes on to the next. */
function Case(props: {
  project: Project;
  open: AdjudicationCase;
  /** What was done before it was opened, in words. */
  before: string;
  onDone: () => Promise<void>;
  onLater: () => Promise<boolean>;
  onBack: () => void;
  onChanged: () => void;
  listHref: string;
}) {
  const { open, project } = props;
  const { choices, found, change, request, forget } = useCaseDraft(open);
  const [own, setOwn] = useState<string>();
  const [withAgreed, setWithAgreed] = useState(false);
  const [told, setTold] = useState(found === 0 ? props.before : `${found === 1 ? "1 decision" : `${found} decisions`} of an earlier visit ${found === 1 ? "is" : "are"} here.`);
  const { busy, problem, dismiss, attempt } = useAttempt();
  const list = useRef<HTMLOListElement>(null);
  const shown = useRef<string>(undefined);
  const colour = useMemo(() => labelColours(project.labels), [project.labels]);
  const all = useMemo(() => placesOf(open, choices), [open, choices]);
  const places = withAgreed ? all : all.filter((place) => !place.agreed);
  const [current, setCurrent] = useState(() => places[0]?.key);
  const differing = all.filter((place) => !place.agreed);
  const left = differing.filter((place) => !choices.has(place.key));
  const at = places.findIndex((place) => place.key === current);

  function show(place: Place | undefined) {
    if (!place) return;
    setCurrent(place.key);
    shown.current = place.key;
  }

  // After the page has been drawn: the place may only just have come up.
  useEffect(() => {
    const row = shown.current && list.current?.querySelector<HTMLElement>(`[data-place="${shown.current}"]`);
    shown.current = undefined;
    if (!row) return;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  });

  function choose(place: Place, choice: Choice) {
    // Deleted first: the order of the map is the order of the decisions, and undo takes the last one back.
    const next = new Map(choices);
    next.delete(place.key);
    next.set(place.key, choice);
    change(next);
    setOwn(undefined);
    setTold("");
    // A decision on a mention can bring what is said of it, and its relations, up for decision.
    const following = placesOf(open, next);
    const from = following.findIndex((candidate) => candidate.key === place.key);
    const undecided = (candidate: Place) => !candidate.agreed && !next.has(candidate.key);
    show(following.slice(from + 1).find(undecided) ?? following.find(undecided) ?? place);
  }

  const finish = () =>
    attempt(async () => {
      await api.adjudicate(project.id, open.document.id, request());
      forget();
      await props.onDone();
    });

  function say(words: string): true {
    setTold(words);
    return true;
  }

  function undo(): boolean {
    const last = [...choices.keys()].at(-1);
    if (last === undefined) return say("There is nothing to take back.");
    const next = new Map(choices);
    next.delete(last);
    change(next);
    setOwn(undefined);
    show(placesOf(open, next).find((place) => place.key === last));
    return say("Taken back.");
  }

  function run(command: Exclude<CaseCommand, "keys">): boolean {
    const place = places[at];
    const taken = placeOf("take", command);
    if (taken !== undefined) {
      const annotator = open.annotators[taken];
      if (place && annotator) choose(place, { take: [annotator] });
      return !!place && !!annotator;
    }
    switch (command) {
      case "finish":
        if (left.length === 0 && !busy) void finish();
        else if (left.length > 0) say(left.length === 1 ? "1 place is not decided." : `${left.length} places are not decided.`);
        return true;
      case "next":
        show(places[Math.min(places.length - 1, at + 1)]);
        return true;
      case "previous":
        show(places[Math.max(0, at - 1)]);
        return true;
      case "nextUndecided":
        show(left.find((candidate) => places.indexOf(candidate) > at) ?? left[0]);
        return true;
      case "both":
        if (place?.kind !== "group") return false;
        choose(place, { take: [...open.annotators] });
        return true;
      case "neither":
        if (place) choose(place, { take: [] });
        return !!place;
      case "own":
        if (!place || !mayBeOwn(place)) return false;
        setOwn(place.key);
        return true;
      case "undo":
        return undo();
      case "agreed":
        setWithAgreed((before) => !before);
        return true;
      case "later":
        if (!busy) void attempt(async () => void ((await props.onLater()) || say(NoOther)));
        return true;
      case "back":
        // What is decided is kept in the browser and is here at the next visit.
        props.onBack();
        return true;
      default:
        return false;
    }
  }

  const keyed = usePageKeys("adjudication", caseCommands, run);

  return (
    <main className="page adjudicate">
      <header className="page-head">
        <div>
          <h1>{nameOf(open)}</h1>
          <p className="hint">
            {open.annotators.map((name, index) => (
              <span key={name}>
                <TakeKey keyed={keyed} reader={index} /> {name}{" "}
              </span>
            ))}
            <KeyOf page={keyed} command="both" /> both <KeyOf page={keyed} command="neither" /> neither <KeyOf page={keyed} command="own" /> own{" "}
            <KeyOf page={keyed} command="next" /> <KeyOf page={keyed} command="previous" /> move
          </p>
        </div>
        <div className="page-meter">
          <Meter value={differing.length - left.length} total={differing.length} label="Differences decided" />
          <button type="button" className="primary" disabled={left.length > 0 || busy} onClick={() => void finish()}>
            Make it gold <KeyOf page={keyed} command="finish" />
          </button>
          <KeysButton page={keyed} />
        </div>
      </header>
      {problem && (
        <ProblemBox
          problem={problem}
          onRetry={
            problem.code === "readings_changed" || problem.isStale
              ? () => {
                  dismiss();
                  props.onChanged();
                }
              : undefined
          }
        />
      )}
      <p>
        <label>
          <input type="checkbox" checked={withAgreed} onChange={(event) => setWithAgreed(event.target.checked)} />
          {all.length - differing.length === 1 ? "show the place" : `show the ${all.length - differing.length} places`} where all agree
        </label>{" "}
        <span role="status" className="hint" data-testid="message">
          {told}
        </span>
      </p>
      {open.comments.length > 0 && (
        <details className="box" open>
          <summary>{open.comments.length === 1 ? "1 comment" : `${open.comments.length} comments`}</summary>
          <ul>
            {open.comments.map((comment) => (
              <li key={comment.id}>
                <strong>{comment.author}</strong>
                {comment.start !== null && comment.start !== undefined && comment.end && (
                  <> on “{open.document.text.slice(comment.start, comment.end)}”</>
                )}
                : {comment.text}
              </li>
            ))}
          </ul>
        </details>
      )}
      {places.length === 0 && <p role="status">The readers agree everywhere.</p>}
      <ol className="places" ref={list}>
        {places.map((place) => (
          <li
            key={place.key}
            data-place={place.key}
            tabIndex={place.key === current ? 0 : -1}
            aria-current={place.key === current ? "step" : undefined}
            className={`place${place.key === current ? " current" : ""}${choices.has(place.key) || place.agreed ? " decided" : ""}`}
            onFocus={() => setCurrent(place.key)}
            onClick={() => setCurrent(place.key)}
          >
            <Question text={open.document.text} place={place} />
            {commentsAt(open, place).length > 0 && (
              <span className="chip">commented by {[...new Set(commentsAt(open, place).map((comment) => comment.author))].join(", ")}</span>
            )}
            <div className="options">
              {open.annotators.map((name, index) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={!!choices.get(place.key)?.take.includes(name)}
                  onClick={() => choose(place, { take: [name] })}
                >
                  <span className="who">
                    <TakeKey keyed={keyed} reader={index} /> {name}
                  </span>
                  <Reading place={place} annotator={name} colour={colour} />
                </button>
              ))}
              <div className="others">
                {place.kind === "group" && (
                  <button
                    type="button"
                    aria-pressed={choices.get(place.key)?.take.length === open.annotators.length && open.annotators.length > 1}
                    onClick={() => choose(place, { take: [...open.annotators] })}
                  >
                    <KeyOf page={keyed} command="both" /> both
                  </button>
                )}
                <button type="button" aria-pressed={isNeither(choices.get(place.key))} onClick={() => choose(place, { take: [] })}>
                  <KeyOf page={keyed} command="neither" /> neither
                </button>
                {mayBeOwn(place) && (
                  <button type="button" aria-pressed={isOwn(choices.get(place.key))} onClick={() => setOwn(place.key)}>
                    <KeyOf page={keyed} command="own" /> own
                    {ownInWords(open, choices.get(place.key))}
                  </button>
                )}
              </div>
            </div>
            {own === place.key && (
              <OwnForm project={project} text={open.document.text} place={place} onChoose={(choice) => choose(place, choice)} onClose={() => setOwn(undefined)} />
            )}
          </li>
        ))}
      </ol>
      <p>
        <a href={props.listHref}>Back to the list</a>
      </p>
    </main>
  );
}

const NoOther = "No other document waits.";

const nameOf = (open: AdjudicationCase) => open.document.externalId || open.document.id;

/** The document to decide on after this one, from the top again after the last; and how many wait in all. */
async function waitingAfter(projectId: string, documentId: string) {
  for (const after of [documentId, undefined]) {
    const { items, total } = await api.adjudications(projectId, after, 1);
    if (items[0]) return { documentId: items[0].documentId, total };
  }
  return undefined;
}

function TakeKey(props: { keyed: KeyedPage<CaseCommand>; reader: number }) {
  const command = caseCommands.find(({ id }) => placeOf("take", id) === props.reader)?.id;
  return command ? <KeyOf page={props.keyed} command={command} /> : null;
}

const mayBeOwn = (place: Place) => place.kind === "group" || place.kind === "turn";
const isOwn = (choice: Choice | undefined) => !!choice && (!!choice.own || !!choice.intent);
const isNeither = (choice: Choice | undefined) => !!choice && choice.take.length === 0 && !isOwn(choice);

function ownInWords(open: AdjudicationCase, choice: Choice | undefined): string {
  if (choice?.intent) return `: ${choice.intent}`;
  return choice?.own ? `: ${open.document.text.slice(choice.own.start, choice.own.end)} ${choice.own.label}` : "";
}
