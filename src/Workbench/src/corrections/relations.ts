// Relations between mentions while a document is corrected. Two mentions have one relation of a type at most, so its ends and its
// type name it, here and in what is sent.

import type { Change, Relation } from "../api/types.ts";

type Ends = { from?: string | undefined; to?: string | undefined; type?: string | undefined };

export const isOfRelation = (change: Change) => change.action === "relate" || change.action === "unrelate";

export const relationKey = ({ from, to, type }: Ends) => `relation ${from} ${to} ${type}`;

export const sameRelation = (a: Ends, b: Ends) => a.from === b.from && a.to === b.to && a.type === b.type;

/**
 * The relations as the changes leave them; the same array when they leave them alone.
 * @param gone whether the changes take this mention away: then its relations go along
 */
export function related(before: Relation[], changes: readonly Change[], gone: (mentionId: string) => boolean): Relation[] {
  const concerned = changes.some((change) => isOfRelation(change) || change.brings || change.action === "reject" || change.action === "remove");
  if (!concerned) return before;
  const relations = new Map(before.map((relation) => [relationKey(relation), relation]));
  for (const change of changes) {
    const { from, to, type } = change;
    if (change.action === "unrelate") relations.delete(relationKey(change));
    else if (change.action === "relate" && from && to && type) put(relations, { id: relationKey(change), from, to, type });
    for (const relation of change.brings ?? []) put(relations, relation);
  }
  const left = [...relations.values()].filter(({ from, to }) => !gone(from) && !gone(to));
  return left.length === before.length && left.every((relation, at) => relation === before[at]) ? before : left;
}

function put(relations: Map<string, Relation>, relation: Relation): void {
  if (!relations.has(relationKey(relation))) relations.set(relationKey(relation), relation);
}

/** The change that makes a relation be there, or not, as it is among `wanted`. */
export function relationTo(wanted: readonly Relation[], change: Change): Change {
  const there = wanted.some((relation) => sameRelation(relation, change));
  return { action: there ? "relate" : "unrelate", from: change.from!, to: change.to!, type: change.type! };
}

/** With other names for mentions, wherever the change names one. */
export function withNames(change: Change, nameOf: (id: string) => string): Change {
  const named = { ...change };
  if (change.mentionId) named.mentionId = nameOf(change.mentionId);
  if (change.from) named.from = nameOf(change.from);
  if (change.to) named.to = nameOf(change.to);
  if (change.brings) named.brings = change.brings.map((relation) => ({ ...relation, from: nameOf(relation.from), to: nameOf(relation.to) }));
  return named;
}
