import type { Mention } from "../../api/types.ts";
import { saidOf } from "../../corrections/said.ts";
import { percent } from "../../ui/parts.tsx";
import type { NoteCommand } from "./commands.ts";
import { oneLine } from "./MentionList.tsx";
import type { Note } from "./useNote.ts";

const edgeButtons: readonly [NoteCommand, NoteCommand, string][] = [
  ["leftBack", "leftBackCharacter", "Left edge back"],
  ["leftForward", "leftForwardCharacter", "Left edge forward"],
  ["rightBack", "rightBackCharacter", "Right edge back"],
  ["rightForward", "rightForwardCharacter", "Right edge forward"],
];

/** What the keys act upon now: the selected words, or else the mention that is current. Announced as it changes. */
export function CurrentMention(props: {
  note: Note;
  /** Of the note, as far as it may be seen. */
  text: string;
  wordsOf: (mention: Mention) => string;
  colourOf: (label: string) => string;
  keyFor: (command: NoteCommand) => string | undefined;
  onCommand: (command: NoteCommand) => void;
}) {
  const { keyFor, onCommand } = props;
  const { current, selection, editable } = props.note;
  if (selection) {
    return (
      <section className="current selecting" aria-live="polite">
        <p className="surface-text" data-testid="selected">
          {oneLine(props.text.slice(selection.start, selection.end))}
        </p>
        <p className="hint">
          Choose a label for the selected words
          {current && editable && (
            <>
              , or <kbd>{keyFor("addPiece")}</kbd> adds them to “{oneLine(props.wordsOf(current))}”
            </>
          )}
          . <kbd>{keyFor("leave")}</kbd> lets go.
        </p>
      </section>
    );
  }
  if (!current) {
    return (
      <section className="current" aria-live="polite">
        <p className="hint">
          No mention is chosen. <kbd>{keyFor("next")}</kbd> goes to the first; drag over words, or press <kbd>{keyFor("select")}</kbd>,
          to mark new ones.
        </p>
      </section>
    );
  }
  const suggested = current.state === "suggested";
  const pieces = current.fragments?.length ?? 1;
  return (
    <section className="current" aria-live="polite">
      <p className="surface-text" data-testid="current">
        {oneLine(props.wordsOf(current))}
      </p>
      <p className="current-facts">
        <span className={`tag ${current.state}`} style={{ "--label": props.colourOf(current.label) } as React.CSSProperties}>
          {current.label}
        </span>
        <span>{current.state}</span>
        {saidOf({ ...current, concepts: null }).map((said) => (
          <span key={said} className="said-chip">
            {said}
          </span>
        ))}
      </p>
      <Evidence mention={current} />
      {editable && (
        <>
          <div className="row">
            <button type="button" className="accept" disabled={!suggested} onClick={() => onCommand("accept")}>
              Accept <kbd>{keyFor("accept")}</kbd>
            </button>
            <button type="button" className="reject" onClick={() => onCommand("reject")}>
              {suggested ? "Reject" : "Remove"} <kbd>{keyFor("reject")}</kbd>
            </button>
          </div>
          <div className="row more-ways">
            <button type="button" onClick={() => onCommand("details")}>
              Details <kbd>{keyFor("details")}</kbd>
            </button>
            <button type="button" onClick={() => onCommand("relate")}>
              Relate <kbd>{keyFor("relate")}</kbd>
            </button>
            <button type="button" onClick={() => onCommand("concepts")}>
              Concept <kbd>{keyFor("concepts")}</kbd>
            </button>
          </div>
          {pieces > 1 && (
            <div className="row pieces" role="group" aria-label="Pieces">
              <span className="hint">
                Piece {props.note.pieceIndex + 1} of {pieces}
              </span>
              <button type="button" onClick={() => onCommand("nextPiece")}>
                Next <kbd>{keyFor("nextPiece")}</kbd>
              </button>
              <button type="button" onClick={() => onCommand("removePiece")}>
                Take away <kbd>{keyFor("removePiece")}</kbd>
              </button>
            </div>
          )}
          <div className="row edges" role="group" aria-label="Edges">
            {edgeButtons.map(([byWord, byCharacter, name]) => (
              <button
                key={byWord}
                type="button"
                title={`${name} by a word; with Alt by a character`}
                aria-label={name}
                onClick={(event) => onCommand(event.altKey ? byCharacter : byWord)}
              >
                <kbd>{keyFor(byWord)}</kbd>
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  );
}

/** Who says so, and how sure it is. */
function Evidence({ mention }: { mention: Mention }) {
  const { confidence, model } = mention;
  const known = confidence !== null && confidence !== undefined;
  if (!known && !model) return <p className="evidence muted">{mention.state === "added" ? "Marked by a person." : "No model stands behind it."}</p>;
  return (
    <p className="evidence" data-testid="evidence">
      {known && (
        <>
          <meter min={0} max={1} value={confidence} aria-label="Confidence" /> <span className="numbers">{percent(confidence)}</span>
        </>
      )}
      {model && (
        <span className="muted">
          {model.name} {model.version}
        </span>
      )}
    </p>
  );
}
