// What a change does to a document, the same rules as the service's, so that the screen need not wait for it.

import type { AnnotatedDocument, Change, DocumentDifference, Mention, Relation, Turn } from "../api/types.ts";
import { isOfRelation, relationTo, related } from "./relations.ts";

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

/** A mention as the change leaves it; undefined: it is gone, or it never was there. */
function changed(mention: Mention | undefined, change: Change): Mention | undefined {
  const { mentionId, start, end, label } = change;
  switch (change.action) {
    case "accept":
      return mention && { ...mention, state: decided(mention) };
    case "relabel":
    case "resize":
      return (
        mention && {
          ...mention,
          ...(change.action === "relabel"
            ? { label: label ?? mention.label }
            : { start: start ?? mention.start, end: end ?? mention.end, ...pieces(mention, change) }),
          state: decided(mention),
          confidence: null, // that was the model's, of its own label and span
        }
      );
    case "reject":
    case "remove":
      return undefined;
    case "add":
    case "restore":
      if (mentionId === undefined || start === undefined || end === undefined || label === undefined) return mention;
      return {
        ...mention,
        id: mentionId,
        start,
        end,
        label,
        state: change.state ?? "added",
        ...pieces(mention, change),
        ...said(change),
      };
    case "annotate":
      return mention && { ...mention, state: decided(mention), ...said(change) };
    case "intent":
    case "relate":
    case "unrelate":
      return mention;
  }
}

/** Pieces that are not given are pieces no more; a mention that never had any is left without the word. */
const pieces = (mention: Mention | undefined, change: Change): Partial<Mention> =>
  change.fragments ? { fragments: change.fragments } : mention?.fragments ? { fragments: null } : {};

/** What the change says of the mention; the rest stays. */
const said = (change: Change): Partial<Mention> => ({
  ...(change.assertion && { assertion: stated(change.assertion) }),
  ...(change.attributes && { attributes: change.attributes }),
  ...(change.concepts && { concepts: change.concepts }),
});

/** Without any flag nothing is claimed; what is left out is false. */
function stated(assertion: NonNullable<Change["assertion"]>): NonNullable<Mention["assertion"]> | null {
  const { negated, uncertain, historical, hypothetical, family } = assertion;
  if ([negated, uncertain, historical, hypothetical, family].every((flag) => flag === undefined || flag === null)) return null;
  return {
    negated: !!negated,
    uncertain: !!uncertain,
    historical: !!historical,
    hypothetical: !!hypothetical,
    family: !!family,
  };
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

/** All changes in one pass over the mentions: accepting thousands at once is one step. */
export function applyChanges(document: AnnotatedDocument, changes: readonly Change[]): AnnotatedDocument {
  if (changes.length === 0) return document;
  const touched = new Map<string, Mention | undefined>();
  const wanted = new Set(changes.flatMap((change) => change.mentionId ?? []));
  for (const mention of document.mentions) if (wanted.has(mention.id)) touched.set(mention.id, mention);
  let result = document;
  for (const change of changes) {
    if (change.turn !== undefined) result = decidedTurn(result, change);
    else if (change.mentionId !== undefined) touched.set(change.mentionId, changed(touched.get(change.mentionId), change));
  }
  const relations = related(result.relations, changes, (id) => touched.has(id) && !touched.get(id));
  if (relations !== result.relations) result = { ...result, relations };
  if (touched.size === 0) return result;
  const rest = document.mentions.filter((mention) => !touched.has(mention.id));
  const moved = [...touched.values()].filter((mention) => mention !== undefined).sort(byPosition);
  return { ...result, mentions: merged(rest, moved) };
}

export const applyChange = (document: AnnotatedDocument, change: Change) => applyChanges(document, [change]);

function decidedTurn(document: AnnotatedDocument, change: Change): AnnotatedDocument {
  return change.action === "intent"
    ? decideTurn(document, change.turn, change.intent ?? null)
    : decideTurn(document, change.turn, null, "rejected");
}

/** Both are in order of position. */
function merged(rest: readonly Mention[], moved: readonly Mention[]): Mention[] {
  const all: Mention[] = [];
  let next = 0;
  for (const mention of rest) {
    while (next < moved.length && byPosition(moved[next]!, mention) < 0) all.push(moved[next++]!);
    all.push(mention);
  }
  for (; next < moved.length; next++) all.push(moved[next]!);
  return all;
}

/** What makes a mention or turn again as it is in `wanted`. Empty: `wanted` has no such turn. */
export function changesTo(wanted: AnnotatedDocument, change: Change): Change[] {
  if (change.turn !== undefined) return turnTo(wanted.turns.find((candidate) => candidate.index === change.turn));
  if (isOfRelation(change)) return [relationTo(wanted.relations, change)];
  if (change.mentionId === undefined) return [];
  const mention = wanted.mentions.find((candidate) => candidate.id === change.mentionId);
  return [mentionTo(change.mentionId, mention, change.action === "annotate")];
}

function turnTo(turn: Turn | undefined): Change[] {
  if (!turn) return [];
  // Only an open suggestion can be rejected, so whatever was decided since is taken back first.
  return turn.state === "rejected"
    ? [{ action: "intent", turn: turn.index, intent: null }, { action: "reject", turn: turn.index }]
    : [{ action: "intent", turn: turn.index, intent: turn.intent ?? null }];
}

/** @param said Whether something was said of the mention since; otherwise what is said of it stays, or comes back by itself. */
function mentionTo(id: string, mention: Mention | undefined, said: boolean): Change {
  if (!mention) return { action: "remove", mentionId: id };
  const { start, end, label, state, fragments, assertion, attributes, concepts } = mention;
  const place: Change = { action: "restore", mentionId: id, start, end, label, state, ...(fragments && { fragments }) };
  return said ? { ...place, assertion: assertion ?? {}, attributes: attributes ?? {}, concepts: concepts ?? [] } : place;
}

/** What takes a whole step back, last change first: a mention may stand where one was taken away before. */
export function inverseOf(before: AnnotatedDocument, changes: readonly Change[]): Change[] {
  const turns = new Map(before.turns.map((turn) => [turn.index, turn]));
  const backwards = changes.toReversed();
  const ids = new Set(backwards.flatMap((change) => change.mentionId ?? []));
  const mentions = new Map(before.mentions.filter((mention) => ids.has(mention.id)).map((mention) => [mention.id, mention]));
  const indices = new Set(backwards.flatMap((change) => change.turn ?? []));
  const said = new Set(changes.flatMap((change) => (change.action === "annotate" ? (change.mentionId ?? []) : [])));
  const restored = [...ids].map((id) => bringing(mentionTo(id, mentions.get(id), said.has(id)), before.relations));
  // A relation needs decided mentions at both ends: it goes before they do, and comes when they are there again.
  const relations = backwards.filter(isOfRelation).map((change) => relationTo(before.relations, change));
  return [
    ...relations.filter((change) => change.action === "unrelate"),
    ...restored,
    ...[...indices].flatMap((index) => turnTo(turns.get(index))),
    ...relations.filter((change) => change.action === "relate"),
  ];
}

/** A mention that comes back brings its relations along. */
function bringing(change: Change, relations: readonly Relation[]): Change {
  const brings = change.action === "restore" ? relations.filter(({ from, to }) => from === change.mentionId || to === change.mentionId) : [];
  return brings.length > 0 ? { ...change, brings } : change;
}

export const samePlace = (a: Mention, b: Mention) =>
  a.start === b.start && a.end === b.end && a.label === b.label && piecesKey(a.fragments) === piecesKey(b.fragments);

/** To compare pieces; empty for one piece. */
export const piecesKey = (fragments: Mention["fragments"]): string => fragments?.map(({ start, end }) => `${start} ${end}`).join(",") ?? "";

/** The same, and nothing said of one that is not said of the other. */
export const sameMention = (a: Mention, b: Mention) => samePlace(a, b) && a.state === b.state && beyond(a) === beyond(b);

const nothing = "[[],null,[],[]]";

/** Pieces and what is said of a mention, to compare; most mentions have neither. */
function beyond({ fragments, assertion, attributes, concepts }: Mention): string {
  if (!fragments && !assertion && !attributes && !concepts) return nothing;
  const named = Object.entries(attributes ?? {}).sort();
  return JSON.stringify([
    (fragments ?? []).map(({ start, end }) => [start, end]),
    assertion ? [assertion.negated, assertion.uncertain, assertion.historical, assertion.hypothetical, assertion.family] : null,
    named,
    concepts ?? [],
  ]);
}

/** What did not change stays the same object, a list in which nothing changed the same list, so that nothing is drawn again for it. */
export function keepIdentity(before: AnnotatedDocument | undefined, after: AnnotatedDocument): AnnotatedDocument {
  if (!before) return after;
  let byId: Map<string, Mention> | undefined;
  const found = (id: string) => (byId ??= new Map(before.mentions.map((mention) => [mention.id, mention]))).get(id);
  const mentions = after.mentions.map((mention, at) => {
    const there = before.mentions[at];
    if (there === mention) return there;
    const known = there?.id === mention.id ? there : found(mention.id);
    return known && sameMention(known, mention) && (known.confidence ?? null) === (mention.confidence ?? null) ? known : mention;
  });
  // Their ids, too: by these the service says which are gone.
  const alike = sameItems(after.relations.map((relation) => relation.id), before.relations.map((relation) => relation.id));
  return {
    ...after,
    mentions: sameItems(mentions, before.mentions) ? before.mentions : mentions,
    relations: alike ? before.relations : after.relations,
  };
}

const sameItems = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((item, at) => item === b[at]);

/** A document as a save left it: `before` is that of the revision the save was made on. */
export function withDifference(before: AnnotatedDocument, changed: DocumentDifference, revision: number): AnnotatedDocument {
  const touched = new Set([...changed.mentionsGone, ...changed.mentions.map((mention) => mention.id)]);
  const rest = before.mentions.filter((mention) => !touched.has(mention.id));
  const gone = new Set([...changed.relationsGone, ...changed.relations.map((relation) => relation.id)]);
  const turns = new Map(changed.turns.map((turn) => [turn.index, turn]));
  return {
    ...before,
    revision,
    status: changed.status,
    mentions: merged(rest, changed.mentions.toSorted(byPosition)),
    relations: gone.size === 0 ? before.relations : [...before.relations.filter((relation) => !gone.has(relation.id)), ...changed.relations],
    turns: turns.size === 0 ? before.turns : before.turns.map((turn) => turns.get(turn.index) ?? turn),
  };
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
