import { createPortal } from "react-dom";
import type { Mention } from "../../api/types.ts";
import type { Relating } from "./useRelating.ts";

/** Hangs at the mention that was reached: the relations that may join the two, each with its key. */
export const RelationBox = (props: {
  host: HTMLElement;
  target: Mention;
  relating: Relating;
  words: string;
  /** In the order of the relations, as they are printed. */
  keys: readonly (string | undefined)[];
}) =>
  createPortal(
    <section className="details-box" aria-label={`Relate to ${props.words}`} data-testid="relation-choices">
      <div className="chips" role="group" aria-label="Relation">
        {props.relating.choices.map((choice, index) => (
          <button key={choice.type} type="button" className="choice" onClick={() => props.relating.make(props.target, choice)}>
            {choice.reversed ? "← " : "→ "}
            {choice.type} {props.keys[index] && <kbd>{props.keys[index]}</kbd>}
          </button>
        ))}
      </div>
    </section>,
    props.host,
  );
