import type { Change } from "../../api/types.ts";
import type { Words } from "../../text/spanEditing.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { isIdentifying, masked } from "./identity.ts";
import { inWords, type Made, type Repetition } from "./repeat.ts";

const shown = 200;
const around = 28;

/** Everything a repeated decision would touch. Enter carries it out as one step, Escape leaves. */
export function RepeatDialog(props: {
  made: Made;
  repetitions: readonly Repetition[];
  words: Words;
  /** Names are hidden: the words around a place might be some. */
  bare: boolean;
  onConfirm: (changes: Change[]) => void;
  onClose: () => void;
}) {
  const { repetitions, words } = props;
  const places = `${repetitions.length} ${repetitions.length === 1 ? "place" : "places"}`;
  return (
    <Dialog title={`${inWords(props.made)} at ${places}`} onClose={props.onClose} wide>
      <ol className="repetitions" aria-label="Places" data-testid="repetitions" data-count={repetitions.length}>
        {repetitions.slice(0, shown).map(({ span }) => (
          <li key={`${span.start} ${span.end}`}>
            {!props.bare && <span className="muted">{words.text.slice(Math.max(0, span.start - around), span.start)}</span>}
            <mark>{props.bare && isIdentifying(props.made.label) ? masked(props.made.label) : words.text.slice(span.start, span.end)}</mark>
            {!props.bare && <span className="muted">{words.text.slice(span.end, span.end + around)}</span>}
          </li>
        ))}
      </ol>
      {repetitions.length > shown && <p className="hint">and {repetitions.length - shown} more</p>}
      <div className="row">
        <button
          type="button"
          className="primary"
          data-autofocus
          onClick={() => props.onConfirm(repetitions.map((repetition) => repetition.change))}
        >
          {inWords(props.made)} <kbd>Enter</kbd>
        </button>
        <button type="button" className="quiet" onClick={props.onClose}>
          Back <kbd>Esc</kbd>
        </button>
      </div>
    </Dialog>
  );
}
