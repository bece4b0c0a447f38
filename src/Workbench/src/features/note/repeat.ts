// One decision made again on all same words of a note. Pure.

import type { Change, Mention } from "../../api/types.ts";
import type { Words } from "../../text/spanEditing.ts";
import { tokenAfter, type Span } from "../../text/tokens.ts";

/** What was decided last, on which words. */
export type Made =
  | { kind: "accept" | "reject"; words: string; label: string }
  | { kind: "relabel"; words: string; from: string; label: string }
  | { kind: "add"; words: string; label: string };

export interface Repetition {
  span: Span;
  change: Change;
}

export const sameWords = (words: string): string => words.replace(/\s+/g, " ").toLowerCase();

export function inWords(made: Made): string {
  switch (made.kind) {
    case "accept":
      return `Accept ${made.label}`;
    case "reject":
      return `Reject ${made.label}`;
    case "relabel":
      return `Make ${made.from} ${made.label}`;
    case "add":
      return `Mark as ${made.label}`;
  }
}

/** Every place where the decision would be made again. What a person has decided stays as it is. */
export function repetitions(words: Words, mentions: readonly Mention[], made: Made, newId: () => string): Repetition[] {
  const open = mentions.filter(
    (mention) => mention.state === "suggested" && sameWords(words.text.slice(mention.start, mention.end)) === sameWords(made.words),
  );
  const on = (mention: Mention, change: Omit<Change, "mentionId">): Repetition => ({
    span: { start: mention.start, end: mention.end },
    change: { ...change, mentionId: mention.id },
  });
  switch (made.kind) {
    case "accept":
      return open.filter((mention) => mention.label === made.label).map((mention) => on(mention, { action: "accept" }));
    case "reject":
      return open.filter((mention) => mention.label === made.label).map((mention) => on(mention, { action: "reject" }));
    case "relabel": {
      const taken = new Set(mentions.filter((mention) => mention.label === made.label).map(place));
      return open.flatMap((mention) => {
        if (mention.label === made.label) return [on(mention, { action: "accept" })];
        return mention.label === made.from && !taken.has(place(mention)) ? [on(mention, { action: "relabel", label: made.label })] : [];
      });
    }
    case "add":
      return additions(words, mentions, made, newId);
  }
}

const place = (span: Span) => `${span.start} ${span.end}`;

/** Unmarked places with these words, from one edge of a word to another; suggested ones are accepted. */
function additions(words: Words, mentions: readonly Mention[], made: Made, newId: () => string): Repetition[] {
  const there = new Map(mentions.filter((mention) => mention.label === made.label).map((mention) => [place(mention), mention]));
  const found: Repetition[] = [];
  for (const span of occurrences(words, made.words)) {
    const mention = there.get(place(span));
    if (!mention) found.push({ span, change: { action: "add", mentionId: newId(), ...span, label: made.label } });
    else if (mention.state === "suggested") found.push({ span, change: { action: "accept", mentionId: mention.id } });
  }
  return found;
}

function occurrences({ text, tokens }: Words, wanted: string): Span[] {
  const pattern = wanted.trim().split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const spans: Span[] = [];
  for (const match of text.matchAll(new RegExp(pattern, "giu"))) {
    const span = { start: match.index, end: match.index + match[0].length };
    const startsWord = tokens[tokenAfter(tokens, span.start)]?.start === span.start;
    if (startsWord && tokens[tokenAfter(tokens, span.end - 1)]?.end === span.end) spans.push(span);
  }
  return spans;
}
