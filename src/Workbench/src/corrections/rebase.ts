// Somebody else saved first. Decides which of the own unsent changes still mean what they meant.

import type { AnnotatedDocument, Change, RevisionChange } from "../api/types.ts";
import { differences } from "./apply.ts";

export interface Touched {
  mentions: ReadonlySet<string>;
  turns: ReadonlySet<number>;
}

export type Fate =
  | { kind: "applies" }
  /** The other person did the same. */
  | { kind: "alreadyDone" }
  | { kind: "conflicts"; reason: string };

/** What others changed since: named by the service, and seen by comparing the two versions at hand. */
export function touchedByOthers(
  before: AnnotatedDocument | undefined,
  after: AnnotatedDocument,
  since: readonly RevisionChange[],
): Touched {
  const mentions = new Set<string>();
  const turns = new Set<number>();
  if (before) {
    const seen = differences(before, after);
    seen.mentions.forEach((id) => mentions.add(id));
    seen.turns.forEach((index) => turns.add(index));
  }
  for (const change of since.flatMap((revision) => revision.changes ?? [])) {
    if (change.mentionId) mentions.add(change.mentionId);
    if (change.turn !== undefined && change.turn !== null) turns.add(change.turn);
  }
  return { mentions, turns };
}

export function fateOf(now: AnnotatedDocument, touched: Touched, change: Change, ownNew: ReadonlySet<string>): Fate {
  if (change.turn !== undefined) {
    const turn = now.turns.find((candidate) => candidate.index === change.turn);
    if (!turn) return { kind: "conflicts", reason: "the turn is gone" };
    const wantsRejection = change.action === "reject";
    if (wantsRejection ? turn.state === "rejected" : !!change.intent && turn.intent === change.intent) {
      return { kind: "alreadyDone" };
    }
    return touched.turns.has(turn.index)
      ? { kind: "conflicts", reason: turn.intent ? `it is now “${turn.intent}”` : "its intent was taken back" }
      : { kind: "applies" };
  }
  if (change.action === "add") {
    const same = now.mentions.find((mention) => mention.start === change.start && mention.end === change.end);
    if (!same) return { kind: "applies" };
    if (same.label === change.label && same.state !== "suggested") return { kind: "alreadyDone" };
    return touched.mentions.has(same.id)
      ? { kind: "conflicts", reason: `the same words are now marked ${same.label}` }
      : { kind: "applies" };
  }
  const id = change.mentionId!;
  if (ownNew.has(id)) return { kind: "applies" };
  const mention = now.mentions.find((candidate) => candidate.id === id);
  const gone = change.action === "reject" || change.action === "remove";
  if (!mention) {
    if (gone) return { kind: "alreadyDone" };
    return change.action === "restore" && !touched.mentions.has(id)
      ? { kind: "applies" }
      : { kind: "conflicts", reason: "it was removed" };
  }
  if (!touched.mentions.has(id)) return { kind: "applies" };
  const wanted = {
    start: change.start ?? mention.start,
    end: change.end ?? mention.end,
    label: change.label ?? mention.label,
  };
  const sameNow = wanted.start === mention.start && wanted.end === mention.end && wanted.label === mention.label;
  if (!gone && sameNow && mention.state !== "suggested" && change.state !== "suggested") return { kind: "alreadyDone" };
  return { kind: "conflicts", reason: `it is now ${mention.label}, ${mention.state}` };
}
