// Moving the edges of a span by word or by character. Pure: returns a new span, or the same one when nothing can move.

import { nextGrapheme, previousGrapheme, tokenAfter, type Span } from "./tokens.ts";

export type Edge = "left" | "right";
export type Direction = "back" | "forward";
export type Step = "token" | "character";

export interface Words {
  text: string;
  tokens: readonly Span[];
}

export function moveEdge(words: Words, span: Span, edge: Edge, direction: Direction, step: Step): Span {
  const offset = edge === "left" ? span.start : span.end;
  const moved =
    step === "token"
      ? tokenEdge(words.tokens, offset, edge, direction)
      : direction === "back"
        ? previousGrapheme(words.text, offset)
        : nextGrapheme(words.text, offset);
  if (moved === undefined || moved === offset) return span;
  const next = edge === "left" ? { start: moved, end: span.end } : { start: span.start, end: moved };
  return next.start < next.end && next.start >= 0 && next.end <= words.text.length ? next : span;
}

/** The nearest token start (for a left edge) or token end (for a right one) strictly before or after the offset. */
function tokenEdge(tokens: readonly Span[], offset: number, edge: Edge, direction: Direction): number | undefined {
  const at = tokenAfter(tokens, offset);
  const value = (index: number) => (edge === "left" ? tokens[index]?.start : tokens[index]?.end);
  if (direction === "forward") {
    const here = value(at);
    return here !== undefined && here > offset ? here : value(at + 1);
  }
  // The token the offset lies in counts only when its edge is behind the offset.
  for (let index = at; index >= 0; index--) {
    const candidate = value(index);
    if (candidate !== undefined && candidate < offset) return candidate;
  }
  return undefined;
}

/** The smallest run of whole tokens that covers what was dragged over; undefined when it touches none. */
export function snapToTokens(tokens: readonly Span[], from: number, to: number): Span | undefined {
  const [start, end] = from <= to ? [from, to] : [to, from];
  const first = tokens[tokenAfter(tokens, start)];
  if (!first || first.start >= end) return undefined;
  let last = first;
  for (let index = tokenAfter(tokens, start); index < tokens.length && tokens[index]!.start < end; index++) {
    last = tokens[index]!;
  }
  return { start: first.start, end: last.end };
}

/** The exact selection without the white space at its ends, widened so that no visible character is cut. */
export function trimSelection(text: string, from: number, to: number): Span | undefined {
  let [start, end] = from <= to ? [from, to] : [to, from];
  while (start < end && /\s/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  if (start >= end) return undefined;
  start = previousGrapheme(text, nextGrapheme(text, start));
  end = nextGrapheme(text, previousGrapheme(text, end));
  return { start, end };
}

/** A selection made with the keys, in whole tokens: `anchor` stays, `head` moves. Both are token indices. */
export interface KeySelection {
  anchor: number;
  head: number;
}

export function moveSelection(
  tokens: readonly Span[],
  selection: KeySelection,
  by: number,
  extend: boolean,
): KeySelection {
  const head = Math.max(0, Math.min(tokens.length - 1, selection.head + by));
  return { anchor: extend ? selection.anchor : head, head };
}

export function selectedSpan(tokens: readonly Span[], selection: KeySelection): Span | undefined {
  const first = tokens[Math.min(selection.anchor, selection.head)];
  const last = tokens[Math.max(selection.anchor, selection.head)];
  return first && last ? { start: first.start, end: last.end } : undefined;
}
