import type { NoteCommand } from "./commands.ts";
import type { Concepts } from "./useConcepts.ts";

/** The concepts of the current mention by name, and the one that is suggested for it. */
export function ConceptList(props: {
  concepts: Concepts;
  editable: boolean;
  keyFor: (command: NoteCommand) => string | undefined;
  onCommand: (command: NoteCommand) => void;
}) {
  const { linked, suggestion, nameOf, toggle } = props.concepts;
  if (linked.length === 0 && !suggestion) return null;
  return (
    <section aria-label="Concepts" className="concept-list" data-testid="concepts">
      {linked.map((concept) => (
        <p key={concept} className="concept">
          <span>
            {nameOf(concept) ?? concept} {nameOf(concept) && <span className="muted">{concept}</span>}
          </span>
          {props.editable && (
            <button type="button" className="quiet" aria-label={`Take the link to ${nameOf(concept) ?? concept} away`} onClick={() => toggle(concept)}>
              ✕
            </button>
          )}
        </p>
      ))}
      {suggestion && (
        <p className="concept">
          <span>
            {suggestion.name} <span className="muted">{suggestion.concept}</span>
          </span>
          <button type="button" onClick={() => props.onCommand("suggestedConcept")}>
            Link <kbd>{props.keyFor("suggestedConcept")}</kbd>
          </button>
        </p>
      )}
    </section>
  );
}
