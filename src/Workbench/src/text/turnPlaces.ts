// Where the turns of a transcript stand in its text: one after the other, a line feed between them. UTF-16 code units.

import type { Span } from "./tokens.ts";

export function turnPlaces(turns: readonly { text: string }[]): Span[] {
  let start = 0;
  return turns.map(({ text }) => {
    const place = { start, end: start + text.length };
    start = place.end + 1;
    return place;
  });
}
