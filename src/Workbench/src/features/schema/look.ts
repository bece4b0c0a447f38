// How a label looks while somebody edits it, as the fields of a form hold it. Pure.

import type { LabelDefinition, SchemaChangeRequest } from "../../api/types.ts";
import { hexColour } from "../../ui/contrast.ts";

export interface Look {
  colour: string;
  key: string;
  description: string;
  /** A line each. */
  examples: string;
}

export const emptyLook: Look = { colour: "", key: "", description: "", examples: "" };

export const lookOf = (label: LabelDefinition): Look => ({
  colour: label.colour ?? "",
  key: label.key ?? "",
  description: label.description ?? "",
  examples: (label.examples ?? []).join("\n"),
});

/** As it is sent: what is empty is left out. */
export function changed(look: Look): NonNullable<SchemaChangeRequest["look"]> {
  const examples = look.examples.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const [colour, key, description] = [look.colour.trim(), look.key.trim(), look.description.trim()];
  return {
    ...(colour && { colour }),
    ...(key && { key }),
    ...(description && { description }),
    ...(examples.length > 0 && { examples }),
  };
}

export function problemsOf(look: Look): string[] {
  const [colour, key] = [look.colour.trim(), look.key.trim()];
  return [
    ...(colour && !hexColour.test(colour) ? ["A colour is # and six hexadecimal digits, or empty for one of the house."] : []),
    ...([...new Intl.Segmenter().segment(key)].length > 1 ? ["A key is one character, or empty for the next that is free."] : []),
  ];
}
