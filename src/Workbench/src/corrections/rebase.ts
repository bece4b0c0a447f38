// Somebody else saved first. Decides which of the own unsent changes still mean what they meant.

import type { AnnotatedDocument, Change, Mention, Relation, RevisionChange, Turn } from "../api/types.ts";
import { applyChanges, changesTo, differences, piecesKey, sameMention } from "./apply.ts";
import type { PendingStep } from "./journal.ts";
import { isOfRelation, relationKey, sameRelation } from "./relations.ts";

export interface Touched {
  mentions: ReadonlySet<string>;
  turns: ReadonlySet<number>;
}

type Fate =
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
    const seen = differences(inNamesOfNow(before, after, since), after);
    seen.mentions.forEach((id) => mentions.add(id));
    seen.turns.forEach((index) => turns.add(index));
  }
  const changes = since.flatMap((revision) => (revision.changes ?? []).filter((change) => !(revision.schemaVersion && change.action === "relabel")));
  for (const change of changes) {
    if (change.mentionId) mentions.add(change.mentionId);
    if (change.turn !== undefined && change.turn !== null) turns.add(change.turn);
  }
  return { mentions, turns };
}

const isAt = (mention: Mention, change: Change) =>
  mention.start === change.start && mention.end === change.end && piecesKey(mention.fragments) === piecesKey(change.fragments);

/** Two people may relate the same mentions in different ways; only what is no longer there cannot be related. */
function fateOfRelation(now: AnnotatedDocument, change: Change, ownNew: ReadonlySet<string>): Fate {
  const there = now.relations.some((relation) => sameRelation(relation, change));
  if (there === (change.action === "relate")) return { kind: "alreadyDone" };
  const missing = [change.from, change.to].some((id) => !ownNew.has(id!) && !now.mentions.some((mention) => mention.id === id));
  return missing ? { kind: "conflicts", reason: "one of its mentions was removed" } : { kind: "applies" };
}

/** That a label was renamed for the whole project is nobody's decision on a mention: it stands in no own change's way. */
function inNamesOfNow(before: AnnotatedDocument, after: AnnotatedDocument, since: readonly RevisionChange[]): AnnotatedDocument {
  if (!since.some((revision) => revision.schemaVersion)) return before;
  const byPeople = new Set(
    since.flatMap((revision) => (revision.schemaVersion ? [] : (revision.changes ?? []).flatMap((change) => change.mentionId ?? []))),
  );
  const labels = new Map(after.mentions.map((mention) => [mention.id, mention.label]));
  return {
    ...before,
    mentions: before.mentions.map((mention) =>
      byPeople.has(mention.id) ? mention : { ...mention, label: labels.get(mention.id) ?? mention.label },
    ),
  };
}

/** @param mine the document as the person saw it: what was accepted is accepted with the label and span it had there */
function fateOf(now: AnnotatedDocument, touched: Touched, change: Change, ownNew: ReadonlySet<string>, mine: AnnotatedDocument): Fate {
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
  if (isOfRelation(change)) return fateOfRelation(now, change, ownNew);
  if (change.action === "add") {
    const same = now.mentions.find((mention) => isAt(mention, change));
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
  // Two people may have said different things of it; which is right is for a person to see.
  if (change.action === "annotate") {
    const said = applyChanges({ ...now, mentions: [mention], relations: [] }, [change]).mentions[0]!;
    return sameMention(said, mention) ? { kind: "alreadyDone" } : { kind: "conflicts", reason: "it was changed meanwhile" };
  }
  const seen = mine.mentions.find((candidate) => candidate.id === id) ?? mention;
  const wanted = { start: change.start ?? seen.start, end: change.end ?? seen.end, label: change.label ?? seen.label };
  const pieces = change.start === undefined ? seen.fragments : change.fragments;
  const sameNow =
    wanted.start === mention.start && wanted.end === mention.end && wanted.label === mention.label && piecesKey(pieces) === piecesKey(mention.fragments);
  if (!gone && sameNow && mention.state !== "suggested" && change.state !== "suggested") return { kind: "alreadyDone" };
  return { kind: "conflicts", reason: `it is now ${mention.label}, ${mention.state}` };
}

/** A mention, relation or turn as one of two people has it; all undefined: it is not there. */
export interface Side {
  mention?: Mention | undefined;
  turn?: Turn | undefined;
  relation?: Relation | undefined;
  /** The mentions that the relation is about, whether it is there or not: from, to. */
  ends?: (Mention | undefined)[];
}

/** An own change that somebody else's stands in the way of, or that the service refused. */
export interface SetAside {
  change: Change;
  reason: string;
  /** The service does not take it, so there is nothing to choose. */
  refused?: boolean;
  mine: Side;
  theirs: Side;
}

export interface Rebased {
  steps: PendingStep[];
  /** Steps of which nothing is left to send. */
  emptied: PendingStep[];
  /** Changes that never took effect, by the step of the history they belong to. */
  unmade: { history: string; changes: Change[] }[];
  setAside: SetAside[];
  reapplied: number;
}

/**
 * The own unsent steps made again upon what others left.
 * @param mine the document as the person saw it, with everything unsent
 * @param ownNew mentions that exist only because of unsent steps; what was built upon one that is set aside falls with it
 */
export function rebase(
  steps: readonly PendingStep[],
  mine: AnnotatedDocument,
  fresh: AnnotatedDocument,
  touched: Touched,
  ownNew: Set<string>,
): Rebased {
  const result: Rebased = { steps: [], emptied: [], unmade: [], setAside: [], reapplied: 0 };
  let now = fresh;
  for (const step of steps) {
    const kept: Change[] = [];
    const unmade: Change[] = [];
    for (const change of step.changes) {
      const fate = fateOf(now, touched, change, ownNew, mine);
      if (fate.kind === "applies") {
        kept.push(change);
        now = applyChanges(now, [change]);
        result.reapplied++;
        continue;
      }
      unmade.push(change);
      if (fate.kind === "alreadyDone") continue;
      result.setAside.push({ change, reason: fate.reason, mine: sideOf(mine, change), theirs: theirsOf(now, change) });
      if (change.action === "add" && change.mentionId) ownNew.delete(change.mentionId);
    }
    if (step.history !== undefined && unmade.length > 0) result.unmade.push({ history: step.history, changes: unmade });
    const { sent: _, ...unsent } = step;
    if (kept.length > 0) result.steps.push({ ...unsent, changes: kept, seen: fresh.revision });
    else result.emptied.push(step);
  }
  return result;
}

export function sideOf(document: AnnotatedDocument, change: Change): Side {
  if (isOfRelation(change)) {
    const end = (id: string | undefined) => document.mentions.find((mention) => mention.id === id);
    const relation = document.relations.find((candidate) => sameRelation(candidate, change));
    return { relation, ends: [end(change.from), end(change.to)] };
  }
  return change.turn === undefined
    ? { mention: document.mentions.find((mention) => mention.id === change.mentionId) }
    : { turn: document.turns.find((turn) => turn.index === change.turn) };
}

/** What is in the way of adding a mention is another one over the same words. */
function theirsOf(now: AnnotatedDocument, change: Change): Side {
  if (change.action !== "add") return sideOf(now, change);
  return { mention: now.mentions.find((mention) => isAt(mention, change)) };
}

/** The changes by which a document gets the own side of a conflict after all. */
export function changesToMine(now: AnnotatedDocument, conflict: SetAside): Change[] {
  const { change, mine, theirs } = conflict;
  if (isOfRelation(change)) return relationToMine(now, conflict);
  if (change.action === "add" && mine.mention && theirs.mention) {
    return [{ action: "relabel", mentionId: theirs.mention.id, label: mine.mention.label }];
  }
  const wanted = { ...now, mentions: mine.mention ? [mine.mention] : [], turns: mine.turn ? [mine.turn] : now.turns };
  return changesTo(wanted, change);
}

/** A mention that somebody took away comes back first, because the relation needs it. */
function relationToMine(now: AnnotatedDocument, { change, mine }: SetAside): Change[] {
  if (now.relations.some((relation) => relationKey(relation) === relationKey(change)) === !!mine.relation) return [];
  const gone = (mine.ends ?? []).filter((end) => end !== undefined && !now.mentions.some((mention) => mention.id === end.id));
  const wanted = { ...now, mentions: gone.filter((end) => end !== undefined), relations: mine.relation ? [mine.relation] : [] };
  const back = mine.relation ? gone.flatMap((end) => changesTo(wanted, { action: "restore", mentionId: end!.id })) : [];
  return [...back, ...changesTo(wanted, change)];
}
