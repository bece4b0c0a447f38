// What a change does to a document, the same rules as the service's, so that the screen need not wait for it.

import type { AnnotatedDocument, Change, Mention, Turn } from "../api/types.ts";

type TurnState = NonNullable<Turn["state"]> | null;

/** Turns that carry an intent: the patient's, and whatever a model or a person gave one. */
export const takesIntent = (turn: Turn) => turn.speaker === "patient" || !!turn.suggestion || !!turn.intent;

/** No intent and no decision against one. */
export const isUndecidedTurn = (turn: Turn) => takesIntent(turn) && !turn.intent && !turn.state;

export function byPosition(a: Mention, b: Mention): number {
  return a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

const intentState = (turn: Turn, intent: string | null): TurnState =>
  !intent ? null : intent === turn.suggestion?.intent ? "accepted" : "changed";

/** A decided mention is no longer a guess; what a person drew stays marked as drawn by a person. */
const decided = (mention: Mention) => (mention.state === "suggested" ? "accepted" : mention.state);

export function applyChange(document: AnnotatedDocument, change: Change): AnnotatedDocument {
  switch (change.action) {
    case "accept":
      return changeMention(document, change, (mention) => ({ ...mention, state: decided(mention) }));
    case "relabel":
      return changeMention(document, change, (mention) => ({
        ...mention,
        label: change.label ?? mention.label,
        state: decided(mention),
        confidence: null, // that was the model's, of its own label and span
      }));
    case "resize":
      return changeMention(document, change, (mention) => ({
        ...mention,
        start: change.start ?? mention.start,
        end: change.end ?? mention.end,
        state: decided(mention),
        confidence: null,
      }));
    case "reject":
    case "remove":
      if (change.turn !== undefined) return decideTurn(document, change.turn, null, "rejected");
      return { ...document, mentions: document.mentions.filter((mention) => mention.id !== change.mentionId) };
    case "add":
    case "restore":
      return putMention(document, change);
    case "intent":
      return decideTurn(document, change.turn, change.intent ?? null);
  }
}

function decideTurn(
  document: AnnotatedDocument,
  index: number | undefined,
  intent: string | null,
  state?: TurnState,
): AnnotatedDocument {
  const turns = document.turns.map((turn) =>
    turn.index === index ? { ...turn, intent, state: state ?? intentState(turn, intent) } : turn,
  );
  return { ...document, turns };
}

export function applyChanges(document: AnnotatedDocument, changes: readonly Change[]): AnnotatedDocument {
  if (changes.length === 0) return document;
  const result = changes.reduce(applyChange, document);
  return { ...result, mentions: [...result.mentions].sort(byPosition) };
}

function changeMention(document: AnnotatedDocument, change: Change, edit: (mention: Mention) => Mention) {
  return {
    ...document,
    mentions: document.mentions.map((mention) => (mention.id === change.mentionId ? edit(mention) : mention)),
  };
}

function putMention(document: AnnotatedDocument, change: Change): AnnotatedDocument {
  const { mentionId, start, end, label } = change;
  if (mentionId === undefined || start === undefined || end === undefined || label === undefined) return document;
  const before = document.mentions.find((mention) => mention.id === mentionId);
  const mention: Mention = { ...before, id: mentionId, start, end, label, state: change.state ?? "added" };
  return { ...document, mentions: [...document.mentions.filter((other) => other.id !== mentionId), mention] };
}

/** The change that takes `change` back, given the document as it was before. Undefined: there is nothing to take back. */
export function inverse(before: AnnotatedDocument, change: Change): Change | undefined {
  if (change.turn !== undefined) {
    const turn = before.turns.find((candidate) => candidate.index === change.turn);
    if (!turn) return undefined;
    return turn.state === "rejected"
      ? { action: "reject", turn: turn.index }
      : { action: "intent", turn: turn.index, intent: turn.intent ?? null };
  }
  if (change.mentionId === undefined) return undefined;
  const mention = before.mentions.find((candidate) => candidate.id === change.mentionId);
  if (!mention) return { action: "remove", mentionId: change.mentionId };
  const { id, start, end, label, state } = mention;
  return { action: "restore", mentionId: id, start, end, label, state };
}

/** Inverses of a whole step, in the order in which they must be applied. */
export function inverseOf(before: AnnotatedDocument, changes: readonly Change[]): Change[] {
  const inverses: Change[] = [];
  let document = before;
  for (const change of changes) {
    const back = inverse(document, change);
    if (back) inverses.unshift(back);
    document = applyChange(document, change);
  }
  return inverses;
}

export const samePlace = (a: Mention, b: Mention) => a.start === b.start && a.end === b.end && a.label === b.label;

const sameMention = (a: Mention, b: Mention) => samePlace(a, b) && a.state === b.state;

/** Mentions that did not change stay the same objects, so that nothing is drawn again for them. */
export function keepIdentity(before: AnnotatedDocument | undefined, after: AnnotatedDocument): AnnotatedDocument {
  const old = new Map(before?.mentions.map((mention) => [mention.id, mention]));
  const mentions = after.mentions.map((mention) => {
    const known = old.get(mention.id);
    return known && sameMention(known, mention) && (known.confidence ?? null) === (mention.confidence ?? null) ? known : mention;
  });
  return { ...after, mentions };
}

/** The mentions and turns that differ between two versions of a document. */
export function differences(before: AnnotatedDocument, after: AnnotatedDocument) {
  const mentions = new Set<string>();
  const old = new Map(before.mentions.map((mention) => [mention.id, mention]));
  for (const mention of after.mentions) {
    const previous = old.get(mention.id);
    if (!previous || !sameMention(previous, mention)) mentions.add(mention.id);
    old.delete(mention.id);
  }
  for (const id of old.keys()) mentions.add(id);
  const turns = new Set<number>();
  after.turns.forEach((turn, index) => {
    const old = before.turns[index];
    if ((old?.intent ?? null) !== (turn.intent ?? null) || (old?.state ?? null) !== (turn.state ?? null)) turns.add(turn.index);
  });
  return { mentions, turns };
}
