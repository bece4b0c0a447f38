import type { LabelDefinition } from "../../api/types.ts";
import type { Note } from "./useNote.ts";

export const LabelButtons = (props: {
  note: Note;
  labels: readonly LabelDefinition[];
  keyOf: ReadonlyMap<string, string>;
  colourOf: (label: string) => string;
}) => (
  <section aria-label="Labels">
    <div className="labels">
      {props.labels.map((definition) => (
        <button
          key={definition.name}
          type="button"
          className="label-button"
          style={{ "--label": props.colourOf(definition.name) } as React.CSSProperties}
          disabled={!props.note.editable || (!props.note.selection && !props.note.current)}
          aria-pressed={!props.note.selection && props.note.current?.label === definition.name}
          title={definition.description ?? undefined}
          onClick={() => props.note.label(definition.name)}
        >
          <span className="label-name">{definition.name}</span>
          {props.keyOf.has(definition.name) && <kbd>{props.keyOf.get(definition.name)}</kbd>}
        </button>
      ))}
    </div>
  </section>
);
