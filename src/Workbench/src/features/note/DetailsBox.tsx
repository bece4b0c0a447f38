import { createPortal } from "react-dom";
import type { Mention } from "../../api/types.ts";
import { flagsOf, type AssertionName } from "../../corrections/said.ts";
import type { NoteCommand } from "./commands.ts";
import type { Details } from "./useDetails.ts";

/** Hangs at the current mention: every assertion and value with its key. */
export function DetailsBox(props: {
  host: HTMLElement;
  mention: Mention;
  details: Details;
  keyFor: (command: NoteCommand) => string | undefined;
}) {
  const { mention, details, keyFor } = props;
  const said = flagsOf(mention);
  const names = [...new Set(details.choices.map((choice) => choice.name))];
  return createPortal(
    <section className="details-box" aria-label="What is said of the mention" data-testid="details">
      {details.flags.length > 0 && (
        <div className="chips" role="group" aria-label="Assertion">
          {details.flags.map((flag: AssertionName) => (
            <button key={flag} type="button" className="choice" aria-pressed={said.includes(flag)} onClick={() => details.flag(flag)}>
              {flag} {keyFor(flag) && <kbd>{keyFor(flag)}</kbd>}
            </button>
          ))}
        </div>
      )}
      {names.map((name) => (
        <div key={name} className="chips" role="group" aria-label={name}>
          <span className="choice-name">{name}</span>
          {details.typing === name ? (
            <TypedValue name={name} value={mention.attributes?.[name] ?? ""} onDone={details.typed} />
          ) : (
            details.choices
              .filter((choice) => choice.name === name)
              .map((choice) => (
                <button
                  key={choice.value ?? ""}
                  type="button"
                  className="choice"
                  aria-pressed={choice.value === undefined ? mention.attributes?.[name] !== undefined : mention.attributes?.[name] === choice.value}
                  onClick={() => details.choose(choice)}
                >
                  {choice.value ?? mention.attributes?.[name] ?? "type…"} {choice.key && <kbd>{choice.key}</kbd>}
                </button>
              ))
          )}
        </div>
      ))}
      {details.flags.length + names.length === 0 && <p className="hint">The project says nothing of {mention.label} beside the label.</p>}
    </section>,
    props.host,
  );
}

/** Enter sets it, an empty one takes it away, Escape leaves it as it is. */
const TypedValue = (props: { name: string; value: string; onDone: (value: string | undefined) => void }) => (
  <input
    autoFocus
    aria-label={props.name}
    defaultValue={props.value}
    maxLength={200}
    onBlur={() => props.onDone(undefined)}
    onKeyDown={(event) => {
      if (event.key === "Enter") props.onDone(event.currentTarget.value);
      else if (event.key === "Escape") props.onDone(undefined);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }}
  />
);
