import { contrastWarnings, hexColour } from "../../ui/contrast.ts";
import type { Look } from "./look.ts";

/** Colour, key, description and examples of a label. */
export function LookFields(props: { look: Look; shownColour: string | undefined; onChange: (look: Look) => void }) {
  const { look } = props;
  const set = (part: Partial<Look>) => props.onChange({ ...look, ...part });
  const colour = look.colour.trim();
  return (
    <>
      <div className="row">
        <label>
          Colour
          <span className="row">
            <input
              type="color"
              aria-label="Choose a colour"
              value={hexColour.test(colour) ? colour : hexColour.test(props.shownColour ?? "") ? props.shownColour : "#64748b"}
              onChange={(event) => set({ colour: event.target.value })}
            />
            <input
              className="short"
              data-autofocus
              value={look.colour}
              onChange={(event) => set({ colour: event.target.value })}
              placeholder="of the house"
              spellCheck={false}
            />
          </span>
        </label>
        <label>
          Key
          <input className="short" value={look.key} onChange={(event) => set({ key: event.target.value })} placeholder="next free" />
        </label>
        {hexColour.test(colour) && (
          <span className="sample" style={{ "--label": colour } as React.CSSProperties}>
            Text that is <mark>marked so</mark> in it
          </span>
        )}
      </div>
      {contrastWarnings(colour).map((warning) => (
        <p key={warning} className="warning" role="status">
          {warning}
        </p>
      ))}
      <label>
        Description
        <textarea rows={2} maxLength={2000} value={look.description} onChange={(event) => set({ description: event.target.value })} />
      </label>
      <label>
        Examples, a line each
        <textarea rows={3} value={look.examples} onChange={(event) => set({ examples: event.target.value })} />
      </label>
    </>
  );
}
