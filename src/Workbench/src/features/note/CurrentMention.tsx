import type { Mention } from "../../api/types.ts";
import type { Span } from "../../text/tokens.ts";
import { percent } from "../../ui/parts.tsx";
import { oneLine } from "./MentionList.tsx";

const edgeButtons = [
  ["[", "Left edge back"],
  ["]", "Left edge forward"],
  ["{", "Right edge back"],
  ["}", "Right edge forward"],
] as const;

/** What the keys act upon now: the selected words, or else the mention that is current. Announced as it changes. */
export function CurrentMention(props: {
  text: string;
  current: Mention | undefined;
  selection: Span | undefined;
  editable: boolean;
  colourOf: (label: string) => string;
  onAccept: () => void;
  onReject: () => void;
  onNudge: (key: string) => void;
}) {
  const { current, selection } = props;
  if (selection) {
    return (
      <section className="current selecting" aria-live="polite">
        <p className="surface-text" data-testid="selected">
          {oneLine(props.text.slice(selection.start, selection.end))}
        </p>
        <p className="hint">Choose a label for the selected words. Esc lets go.</p>
      </section>
    );
  }
  if (!current) {
    return (
      <section className="current" aria-live="polite">
        <p className="hint">
          No mention is chosen. <kbd>j</kbd> goes to the first; drag over words, or press <kbd>n</kbd>, to mark new ones.
        </p>
      </section>
    );
  }
  const suggested = current.state === "suggested";
  return (
    <section className="current" aria-live="polite">
      <p className="surface-text" data-testid="current">
        {oneLine(props.text.slice(current.start, current.end))}
      </p>
      <p className="current-facts">
        <span className={`tag ${current.state}`} style={{ "--label": props.colourOf(current.label) } as React.CSSProperties}>
          {current.label}
        </span>
        <span>{current.state}</span>
        {suggested && current.confidence !== null && current.confidence !== undefined && (
          <span className="numbers">{percent(current.confidence)}</span>
        )}
        {current.model && (
          <span className="muted">
            {current.model.name} {current.model.version}
          </span>
        )}
      </p>
      {props.editable && (
        <>
          <div className="row">
            <button type="button" className="accept" disabled={!suggested} onClick={props.onAccept}>
              Accept <kbd>a</kbd>
            </button>
            <button type="button" className="reject" onClick={props.onReject}>
              {suggested ? "Reject" : "Remove"} <kbd>x</kbd>
            </button>
          </div>
          <div className="row edges" role="group" aria-label="Edges">
            {edgeButtons.map(([key, name]) => (
              <button
                key={key}
                type="button"
                title={`${name} by a word; with Alt by a character`}
                aria-label={name}
                onClick={(event) => props.onNudge(event.altKey ? `Alt+${key}` : key)}
              >
                <kbd>{key}</kbd>
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  );
}
