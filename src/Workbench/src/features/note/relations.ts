// Relations of a mention: which types join two mentions, and the changes that make and remove one. Pure.

import type { Change, Mention, Relation, RelationDefinition } from "../../api/types.ts";
import { sameRelation } from "../../corrections/relations.ts";
import type { Decision } from "./decisions.ts";

/** A type that joins two mentions; reversed: from the one that was reached to the one where it began. */
export interface RelationChoice {
  type: string;
  reversed: boolean;
}

const allows = (labels: readonly string[] | null | undefined, label: string) => !labels?.length || labels.includes(label);
const joins = (definition: RelationDefinition, from: Mention, to: Mention) => allows(definition.from, from.label) && allows(definition.to, to.label);

/** Those that name the labels come first: `HAS_DOSAGE` is meant before `RELATED_TO`. */
export function choicesBetween(definitions: readonly RelationDefinition[], start: Mention, target: Mention): RelationChoice[] {
  if (start.id === target.id) return [];
  const isGeneral = (definition: RelationDefinition) => Number(!definition.from?.length && !definition.to?.length);
  return definitions
    .toSorted((a, b) => isGeneral(a) - isGeneral(b))
    .flatMap((definition): RelationChoice[] => {
      if (joins(definition, start, target)) return [{ type: definition.name, reversed: false }];
      return joins(definition, target, start) ? [{ type: definition.name, reversed: true }] : [];
    });
}

/** Whoever relates suggestions agrees with them. */
export function relate(relations: readonly Relation[], start: Mention, target: Mention, { type, reversed }: RelationChoice): Decision {
  const [from, to] = reversed ? [target, start] : [start, target];
  const change: Change = { action: "relate", from: from.id, to: to.id, type };
  if (relations.some((relation) => sameRelation(relation, change))) return { refused: "The two mentions are related so already." };
  const suggested = [from, to].filter((mention) => mention.state === "suggested");
  return { changes: [...suggested.map((mention): Change => ({ action: "accept", mentionId: mention.id })), change] };
}

export const unrelate = ({ from, to, type }: Relation): Decision => ({ changes: [{ action: "unrelate", from, to, type }] });

/** A relation as it is seen from one of its mentions. */
export interface SeenRelation {
  relation: Relation;
  other: Mention;
  outgoing: boolean;
}

/** In the order of the text. A relation whose other mention is not there is not seen. */
export function seenFrom(mention: Mention, relations: readonly Relation[], mentions: readonly Mention[]): readonly SeenRelation[] {
  const own = relations.filter(({ from, to }) => from === mention.id || to === mention.id);
  if (own.length === 0) return none;
  const others = new Set(own.flatMap(({ from, to }) => [from, to]));
  const byId = new Map(mentions.filter(({ id }) => others.has(id)).map((other) => [other.id, other]));
  return own
    .flatMap((relation) => {
      const outgoing = relation.from === mention.id;
      const other = byId.get(outgoing ? relation.to : relation.from);
      return other ? [{ relation, other, outgoing }] : [];
    })
    .sort((a, b) => a.other.start - b.other.start || (a.relation.type < b.relation.type ? -1 : 1));
}

const none: readonly SeenRelation[] = [];

/** What is typed to choose a mention: one letter each, or two when there are more mentions than letters. */
export function hintsFor(targets: readonly Mention[], letters: string): Map<string, string> {
  const keys = [...letters];
  const hints = targets.length <= keys.length ? keys : keys.flatMap((first) => keys.map((second) => first + second));
  return new Map(targets.slice(0, hints.length).map((mention, index) => [hints[index]!, mention.id]));
}
