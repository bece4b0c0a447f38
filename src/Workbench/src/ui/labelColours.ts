import type { LabelDefinition } from "../api/types.ts";

// Told apart by lightness as well as hue; only ever a tint behind text or a line under it, never the text itself.
const palette = [
  "#c2410c", "#2563eb", "#15803d", "#9333ea", "#b58900", "#0891b2", "#be185d", "#65a30d", "#4338ca", "#0f766e", "#b91c1c", "#64748b",
];

const safe = /^#[0-9a-f]{3,8}$|^[a-z]+$|^(rgb|hsl|oklch)\([^;{}]*\)$/i;

/** A colour for every label of the schema, and one for labels that are no longer in it. */
export function labelColours(labels: readonly LabelDefinition[]): (label: string) => string {
  const colours = new Map(
    labels.map((label, index) => [
      label.name,
      label.colour && safe.test(label.colour) ? label.colour : palette[index % palette.length]!,
    ]),
  );
  return (label) => colours.get(label) ?? "#64748b";
}
