import { useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { AdjudicationCase, Project } from "../../api/types.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { Key, Loading, Meter, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { useKeys } from "../../ui/useKeys.ts";
import "./adjudicate.css";
import { placesOf, requestOf, type Choice, type Place } from "./choices.ts";
import { OwnForm, Question, Reading } from "./PlaceParts.tsx";

export function CasePage(props: { project: Project; documentId: string; onDone: () => void; listHref: string }) {
  const open = useAnswer(`case ${props.documentId}`, () => api.adjudication(props.project.id, props.documentId));
  if (open.problem && !open.value) return <ProblemBox problem={open.problem} onRetry={open.reload} />;
  if (!open.value) return <Loading what="the readings" />;
  return <Case key={open.value.basis} {...props} open={open.value} onChanged={open.reload} />;
}

/** The readings of a document side by side; one key decides a place and goes on to the next. */
function Case(props: { project: Project; open: AdjudicationCase; onDone: () => void; onChanged: () => void; listHref: string }) {
  const { open, project } = props;
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const [own, setOwn] = useState<string>();
  const [withAgreed, setWithAgreed] = useState(false);
  const { busy, problem, attempt } = useAttempt();
  const list = useRef<HTMLOListElement>(null);
  const shown = useRef<string>(undefined);
  const key = useRef(crypto.randomUUID());
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
    const next = new Map(choices).set(place.key, choice);
    setChoices(next);
    setOwn(undefined);
    // A decision on a mention can bring what is said of it, and its relations, up for decision.
    const following = placesOf(open, next);
    const from = following.findIndex((candidate) => candidate.key === place.key);
    const undecided = (candidate: Place) => !candidate.agreed && !next.has(candidate.key);
    show(following.slice(from + 1).find(undecided) ?? following.find(undecided) ?? place);
  }

  const finish = () =>
    attempt(async () => {
      await api.adjudicate(project.id, open.document.id, requestOf(open, choices, key.current));
      props.onDone();
    });

  useKeys((_, pressed) => {
    const place = places[at];
    if (pressed === "Ctrl+Enter") {
      if (left.length === 0 && !busy) void finish();
      return true;
    }
    if (pressed === "j" || pressed === "ArrowDown") return show(places[Math.min(places.length - 1, at + 1)]), true;
    if (pressed === "k" || pressed === "ArrowUp") return show(places[Math.max(0, at - 1)]), true;
    if (!place) return false;
    const annotator = open.annotators[Number(pressed) - 1];
    if (annotator) return choose(place, { take: [annotator] }), true;
    if (pressed === "b" && place.kind === "group") return choose(place, { take: [...open.annotators] }), true;
    if (pressed === "x") return choose(place, { take: [] }), true;
    if (pressed === "e" && mayBeOwn(place)) return setOwn(place.key), true;
    return false;
  });

  return (
    <main className="page adjudicate">
      <header className="page-head">
        <div>
          <h1>{open.document.externalId || open.document.id}</h1>
          <p className="hint">
            {open.annotators.map((name, index) => (
              <span key={name}>
                <kbd>{index + 1}</kbd> {name}{" "}
              </span>
            ))}
            <kbd>b</kbd> both <kbd>x</kbd> neither <kbd>e</kbd> own <kbd>j</kbd> <kbd>k</kbd> move
          </p>
        </div>
        <div className="page-meter">
          <Meter value={differing.length - left.length} total={differing.length} label="Differences decided" />
          <button type="button" className="primary" disabled={left.length > 0 || busy} onClick={() => void finish()}>
            Make it gold <Key>Ctrl+Enter</Key>
          </button>
        </div>
      </header>
      {problem && <ProblemBox problem={problem} onRetry={problem.code === "readings_changed" ? props.onChanged : undefined} />}
      <p>
        <label>
          <input type="checkbox" checked={withAgreed} onChange={(event) => setWithAgreed(event.target.checked)} />
          show the {all.length - differing.length} places where all agree
        </label>
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
            <div className="options">
              {open.annotators.map((name, index) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={!!choices.get(place.key)?.take.includes(name)}
                  onClick={() => choose(place, { take: [name] })}
                >
                  <span className="who">
                    <Key>{index + 1}</Key> {name}
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
                    <Key>b</Key> both
                  </button>
                )}
                <button type="button" aria-pressed={isNeither(choices.get(place.key))} onClick={() => choose(place, { take: [] })}>
                  <Key>x</Key> neither
                </button>
                {mayBeOwn(place) && (
                  <button type="button" aria-pressed={isOwn(choices.get(place.key))} onClick={() => setOwn(place.key)}>
                    <Key>e</Key> own
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

const mayBeOwn = (place: Place) => place.kind === "group" || place.kind === "turn";
const isOwn = (choice: Choice | undefined) => !!choice && (!!choice.own || !!choice.intent);
const isNeither = (choice: Choice | undefined) => !!choice && choice.take.length === 0 && !isOwn(choice);

function ownInWords(open: AdjudicationCase, choice: Choice | undefined): string {
  if (choice?.intent) return `: ${choice.intent}`;
  return choice?.own ? `: ${open.document.text.slice(choice.own.start, choice.own.end)} ${choice.own.label}` : "";
}
