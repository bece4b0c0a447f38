// What the page keeps of the inbox. Pure: no service, no React.

import type { InboxUtterance, IntentScore } from "../../api/types.ts";
import { outOfScope } from "../../ui/intentSearch.ts";
import type { Decision } from "./decisionQueue.ts";

/** At most this many fit on the digit keys. */
const maximumAlternatives = 9;

export const nameOf = (utterance: { documentId: string; turn: number }) => `${utterance.documentId}:${utterance.turn}`;

export const isUndecided = (utterance: InboxUtterance) => !utterance.state;

/** What the digits choose: the suggestion first, then what the model thought next. */
export function alternativesOf(utterance: InboxUtterance): IntentScore[] {
  const suggestion = utterance.suggestion;
  if (!suggestion) return [];
  const others = (suggestion.alternatives ?? []).filter((other) => other.intent !== suggestion.intent);
  return [{ intent: suggestion.intent, confidence: suggestion.confidence }, ...others].slice(0, maximumAlternatives);
}

/** The utterance as it is once the decision is stored. */
export function decided(utterance: InboxUtterance, intent: string | null): InboxUtterance {
  const { intent: _, state: __, ...rest } = utterance;
  return intent === null
    ? rest
    : { ...rest, intent, state: intent === utterance.suggestion?.intent ? "accepted" : "changed" };
}

export const decisionOn = (utterance: InboxUtterance, intent: string | null): Decision => ({
  documentId: utterance.documentId,
  turn: utterance.turn,
  intent,
  seen: { revision: utterance.revision, intent: utterance.intent ?? null },
});

/** Puts new facts in the place of old ones, by name, and leaves the order alone. */
export function replaceIn(list: readonly InboxUtterance[], changed: readonly InboxUtterance[]): InboxUtterance[] {
  const byName = new Map(changed.map((utterance) => [nameOf(utterance), utterance]));
  return list.map((utterance) => byName.get(nameOf(utterance)) ?? utterance);
}

/** How many utterances of each transcript a decision settles, or, below zero, an undo opens again. */
export function settledIn(before: readonly InboxUtterance[], now: readonly InboxUtterance[]): Map<string, number> {
  const settled = new Map<string, number>();
  for (const [index, utterance] of before.entries()) {
    const by = Number(isUndecided(utterance)) - Number(isUndecided(now[index]!));
    if (by !== 0) settled.set(utterance.documentId, (settled.get(utterance.documentId) ?? 0) + by);
  }
  return settled;
}

/** The list with what is left in each transcript. */
export const withLeft = (list: readonly InboxUtterance[], settled: ReadonlyMap<string, number>): InboxUtterance[] =>
  list.map((utterance) => {
    const by = settled.get(utterance.documentId);
    return by ? { ...utterance, leftInTranscript: Math.max(0, utterance.leftInTranscript - by) } : utterance;
  });

/** What a transcript is called. */
export const transcriptName = (utterance: { documentId: string; externalId?: string | null }) =>
  utterance.externalId || `transcript ${utterance.documentId.slice(-6)}`;

/** The next undecided one behind a place, else the first one. */
export function nextUndecided(list: readonly InboxUtterance[], after: number): number | undefined {
  const behind = list.findIndex((utterance, index) => index > after && isUndecided(utterance));
  const place = behind >= 0 ? behind : list.findIndex((utterance, index) => index !== after && isUndecided(utterance));
  return place >= 0 ? place : undefined;
}

/** A name for an intent out of the words that its utterances share. */
export const proposedName = (words: readonly string[]) =>
  words
    .slice(0, 2)
    .join("_")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, "_");

export interface MatrixFacts {
  /** Rows: what people decided; the empty string stands for a rejected suggestion. */
  decided: string[];
  /** Columns: what the model said. */
  suggested: string[];
  count: (decided: string, suggested: string) => number;
  /** Of a row. */
  total: (decided: string) => number;
}

/** A confusion matrix with its rows and columns in one order: those that both have first, so that agreement is the diagonal. */
export function matrixOf(cells: readonly { decided?: string | null; suggested: string; count: number }[]): MatrixFacts {
  const counts = new Map(cells.map((cell) => [`${cell.decided ?? ""}\n${cell.suggested}`, cell.count]));
  const rows = new Set(cells.map((cell) => cell.decided ?? ""));
  const columns = new Set(cells.map((cell) => cell.suggested));
  const last = (name: string) => (name === "" ? 2 : name === outOfScope ? 1 : 0);
  const order = (a: string, b: string) => last(a) - last(b) || (a < b ? -1 : a > b ? 1 : 0);
  const both = [...rows].filter((row) => columns.has(row)).sort(order);
  const count = (decided: string, suggested: string) => counts.get(`${decided}\n${suggested}`) ?? 0;
  return {
    decided: [...both, ...[...rows].filter((row) => !columns.has(row)).sort(order)],
    suggested: [...both, ...[...columns].filter((column) => !rows.has(column)).sort(order)],
    count,
    total: (decided) => [...columns].reduce((sum, column) => sum + count(decided, column), 0),
  };
}
