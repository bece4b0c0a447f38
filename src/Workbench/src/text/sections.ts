// Where the sections of a note begin. Clinical notes mark them by a short line that ends in a colon, by a line in capitals, or by
// capitals before a colon with the content behind it. Knows no mentions and no screen.

import type { Span } from "./tokens.ts";

export interface Section extends Span {
  /** The words of the heading, without its colon; `start` is where they begin, `end` where the next section does. */
  title: string;
}

const longestTitle = 60;
const letters = /\p{L}/gu;
const lower = /\p{Ll}/u;

export function sectionsOf(text: string): Section[] {
  const found: { start: number; title: string }[] = [];
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const title = titleIn(text.slice(start, Math.min(end, start + 4 * longestTitle)));
    if (title) found.push({ start: start + text.slice(start, end).search(/\S/), title });
    start = end + 1;
  }
  return found.map((heading, index) => ({ ...heading, end: found[index + 1]?.start ?? text.length }));
}

function titleIn(line: string): string | undefined {
  const trimmed = line.trim();
  if (trimmed === "") return undefined;
  const colon = trimmed.indexOf(":");
  const whole = trimmed.length <= longestTitle;
  if (whole && colon === trimmed.length - 1 && letterCount(trimmed) >= 2) return trimmed.slice(0, -1).trim();
  const capitals = colon > 0 ? trimmed.slice(0, colon) : whole ? trimmed : "";
  // `ECG: sinus rhythm` is a finding, `LABS: pending` a section.
  const least = colon > 0 ? 4 : 3;
  return capitals.length <= longestTitle && letterCount(capitals) >= least && !lower.test(capitals) && !/[.;,]$/.test(capitals)
    ? capitals.trim()
    : undefined;
}

const letterCount = (words: string) => words.match(letters)?.length ?? 0;

/** The index of the section that an offset lies in; -1 before the first. */
export function sectionAt(sections: readonly Section[], offset: number): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sections[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
