import { useState } from "react";
import type { Project } from "../../api/types.ts";
import { nearest, said, type Choice, type Place } from "./choices.ts";

/** What is to be decided, with the words around it. */
export function Question(props: { text: string; place: Place }) {
  const { place, text } = props;
  if (place.kind === "relation") {
    const near = place.end - place.start <= 200;
    return (
      <>
        <p className="asked">
          <span className="words">{place.from.text}</span> <span className="label">{place.relation.type}</span>{" "}
          <span className="words">{place.to.text}</span>
        </p>
        {(near ? [place] : [place.from, place.to]).map((at) => (
          <Context key={at.start} text={text} start={at.start} end={at.end} />
        ))}
      </>
    );
  }
  return (
    <>
      {place.kind === "detail" && (
        <p className="asked">
          {place.detail.aspect === "attribute" ? place.detail.name : place.detail.aspect} of <span className="words">{place.mention.text}</span>{" "}
          <span className="label">{place.mention.label}</span>
        </p>
      )}
      <Context text={text} start={place.start} end={place.end} />
    </>
  );
}

function Context(props: { text: string; start: number; end: number }) {
  const around = 70;
  const from = Math.max(0, props.start - around);
  const to = Math.min(props.text.length, props.end + around);
  return (
    <p className="context">
      {from > 0 && "…"}
      {props.text.slice(from, props.start)}
      <mark>{props.text.slice(props.start, props.end)}</mark>
      {props.text.slice(props.end, to)}
      {to < props.text.length && "…"}
    </p>
  );
}

export function Reading(props: { place: Place; annotator: string; colour: (label: string) => string }) {
  const { place } = props;
  if (place.kind === "turn") {
    const option = place.turn.options.find((candidate) => candidate.annotator === props.annotator);
    return (
      <span className={option?.intent ? undefined : "muted"}>
        {option?.intent ?? "no intent"}
        {option?.doubtful && <span className="chip status-in_progress">unconfirmed</span>}
      </span>
    );
  }
  if (place.kind === "relation") {
    const has = place.relation.annotators.includes(props.annotator);
    return <span className={has ? undefined : "muted"}>{has ? place.relation.type : "not related"}</span>;
  }
  if (place.kind === "detail") {
    const option = place.detail.options.find((candidate) => candidate.annotator === props.annotator);
    const words = option && said(option);
    return <span className={words ? undefined : "muted"}>{words || (option ? "nothing" : "has no such mention")}</span>;
  }
  const mentions = place.group.options.find((option) => option.annotator === props.annotator)?.mentions ?? [];
  if (mentions.length === 0) return <span className="muted">nothing</span>;
  return (
    <span className="reading">
      {mentions.map((mention) => (
        <span key={`${mention.start} ${mention.end} ${mention.label}`} className="read">
          <span className="words" style={{ borderColor: props.colour(mention.label) }}>
            {mention.text}
          </span>{" "}
          <span className="label">{mention.label}</span>
          {mention.doubtful && <span className="chip status-in_progress">unconfirmed</span>}
        </span>
      ))}
    </span>
  );
}

export function OwnForm(props: { project: Project; text: string; place: Place; onChoose: (choice: Choice) => void; onClose: () => void }) {
  const { place } = props;
  const options: { name: string }[] = place.kind === "group" ? props.project.labels : props.project.intents;
  const known = place.kind === "group" ? place.group.options.flatMap((option) => option.mentions)[0]?.label : undefined;
  const [words, setWords] = useState(props.text.slice(place.start, place.end));
  const [label, setLabel] = useState(known ?? options[0]?.name ?? "");
  const span = nearest(props.text, words, place.start);
  return (
    <form
      className="own-form"
      onKeyDown={(event) => {
        if (event.key === "Escape") props.onClose();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (place.kind === "turn") props.onChoose({ take: [], intent: label });
        else if (span) props.onChoose({ take: [], own: { ...span, label } });
      }}
    >
      {place.kind === "group" && (
        <label>
          Words <input autoFocus value={words} aria-invalid={!span} onChange={(event) => setWords(event.target.value)} />
        </label>
      )}
      <label>
        {place.kind === "group" ? "Label" : "Intent"}{" "}
        <select autoFocus={place.kind === "turn"} value={label} onChange={(event) => setLabel(event.target.value)}>
          {options.map((option) => (
            <option key={option.name}>{option.name}</option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={place.kind === "group" && !span}>
        Take
      </button>
      {!span && (
        <span role="status" className="hint">
          These words are not in the text.
        </span>
      )}
    </form>
  );
}
