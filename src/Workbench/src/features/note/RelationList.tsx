import type { Mention } from "../../api/types.ts";
import type { NoteCommand } from "./commands.ts";
import { oneLine } from "./MentionList.tsx";
import type { Relating } from "./useRelating.ts";

/** The relations of the current mention. */
export function RelationList(props: {
  relating: Relating;
  editable: boolean;
  wordsOf: (mention: Mention) => string;
  keyFor: (command: NoteCommand) => string | undefined;
}) {
  const { relating, keyFor } = props;
  if (relating.seen.length === 0) return null;
  return (
    <section aria-label="Relations">
      <ul className="relations" data-testid="relations">
        {relating.seen.map(({ relation, other, outgoing }, index) => (
          <li key={`${relation.from} ${relation.to} ${relation.type}`} aria-current={index === relating.index ? "true" : undefined}>
            <button type="button" className="relation-row" onClick={() => relating.otherEnd(index)} title="Go to the other mention">
              <span className="relation-type">
                <span aria-hidden="true">{outgoing ? "→" : "←"}</span> {relation.type} {!outgoing && <span className="visually-hidden">from</span>}
              </span>
              <span className="mention-text">{oneLine(props.wordsOf(other))}</span>
            </button>
            {props.editable && (
              <button
                type="button"
                className="quiet"
                aria-label={`Take the relation ${relation.type} away`}
                onClick={() => relating.unrelate(index)}
              >
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
      <p className="hint">
        <kbd>{keyFor("relations")}</kbd> goes through them
        {props.editable && (
          <>
            , <kbd>{keyFor("unrelate")}</kbd> takes one away
          </>
        )}
        , <kbd>{keyFor("otherEnd")}</kbd> goes along it.
      </p>
    </section>
  );
}
