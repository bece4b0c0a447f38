import type { AdjudicationCase, AdjudicationRequest } from "../../api/types.ts";

/** What was chosen at one place: somebody's reading, all of them, none, or the decider's own. */
export type Choice = { take: string[]; own?: { start: number; end: number; label: string }; intent?: string };

type Group = AdjudicationCase["groups"][number];
export type Detail = AdjudicationCase["details"][number];
type Relation = AdjudicationCase["relations"][number];
type Mention = Group["options"][number]["mentions"][number];

/** Something to decide: a group of mentions, what is said of a mention, a relation, or the intent of a turn. */
export type Place = { key: string; start: number; end: number; agreed: boolean } & (
  | { kind: "group"; group: Group }
  | { kind: "detail"; detail: Detail; mention: Mention }
  | { kind: "relation"; relation: Relation; from: Mention; to: Mention }
  | { kind: "turn"; turn: AdjudicationCase["turns"][number] }
);

const order = { group: 0, detail: 1, relation: 2, turn: 3 };

/** In the order of the text. What is said of a mention, and relations, are there as soon as their mentions are to become gold. */
export function placesOf(open: AdjudicationCase, choices: ReadonlyMap<string, Choice> = new Map()): Place[] {
  const mentions = mentionsOf(open);
  const gold = readersOfGold(open, choices);
  const groups = open.groups.map((group): Place => ({
    kind: "group",
    key: `g${group.index}`,
    start: group.start,
    end: group.end,
    agreed: group.agreed,
    group,
  }));
  const details = open.details.flatMap((detail): Place[] => {
    const heard = detail.options.filter((option) => gold.get(detail.mention)?.includes(option.annotator));
    if (heard.length === 0 || detail.options.length < 2) return [];
    const agreed = heard.every((option) => said(option) === said(heard[0]!));
    const mention = mentions.get(detail.mention)!;
    return [{ kind: "detail", key: `d${detail.index}`, start: detail.start, end: detail.end, agreed, detail, mention }];
  });
  const relations = open.relations.flatMap((relation): Place[] => {
    if (!gold.has(relation.from) || !gold.has(relation.to)) return [];
    const from = mentions.get(relation.from)!;
    const to = mentions.get(relation.to)!;
    const [start, end] = [Math.min(from.start, to.start), Math.max(from.end, to.end)];
    return [{ kind: "relation", key: `r${relation.index}`, start, end, agreed: relation.agreed, relation, from, to }];
  });
  const turns = open.turns
    .filter((turn) => turn.options.some((option) => option.intent))
    .map((turn): Place => {
      const words = open.document.turns[turn.index]!;
      return { kind: "turn", key: `t${turn.index}`, start: words.start, end: words.end, agreed: turn.agreed, turn };
    });
  return [...groups, ...details, ...relations, ...turns].sort(
    (one, other) => positionOf(one) - positionOf(other) || order[one.kind] - order[other.kind],
  );
}

/** A relation stands where the second of its mentions does: it is decided when both have been. */
const positionOf = (place: Place) => (place.kind === "relation" ? Math.max(place.from.start, place.to.start) : place.start);

/** All that the readers have, by number. */
function mentionsOf(open: AdjudicationCase): Map<number, Mention> {
  const all = open.groups.flatMap((group) => group.options.flatMap((option) => option.mentions));
  return new Map(all.map((mention) => [mention.mention, mention]));
}

/** The mentions that become gold as things stand, with the readers of whom they are taken. */
function readersOfGold(open: AdjudicationCase, choices: ReadonlyMap<string, Choice>): Map<number, string[]> {
  const gold = new Map<number, string[]>();
  for (const group of open.groups) {
    const choice = choices.get(`g${group.index}`) ?? (group.agreed ? { take: open.annotators } : undefined);
    for (const option of choice ? group.options : []) {
      for (const mention of option.mentions) {
        const own = choice!.own;
        const isOwn = own && own.start === mention.start && own.end === mention.end && own.label === mention.label && !mention.fragments;
        if (isOwn) gold.set(mention.mention, []);
        else if (choice!.take.includes(option.annotator)) gold.set(mention.mention, [...(gold.get(mention.mention) ?? []), option.annotator]);
      }
    }
  }
  return gold;
}

/** What a reader says in one respect, in words; empty when nothing. */
export function said(option: Detail["options"][number]): string {
  const { assertion, value, concepts } = option;
  if (concepts) return concepts.join(", ");
  if (!assertion) return value ?? "";
  const flags = Object.entries(assertion).flatMap(([name, isSet]) => (isSet === true ? [name] : []));
  return flags.length > 0 ? flags.join(", ") : "affirmed";
}

/** What readers wrote about words of a place; what is written about the document stands above the places. */
export const commentsAt = (open: AdjudicationCase, place: Place) =>
  open.comments.filter((comment) => (comment.start ?? Infinity) < place.end && (comment.end ?? 0) > place.start);

export function requestOf(open: AdjudicationCase, choices: ReadonlyMap<string, Choice>, idempotencyKey: string): AdjudicationRequest {
  const places = placesOf(open, choices).filter((place) => choices.has(place.key));
  return {
    revision: open.document.revision,
    basis: open.basis,
    idempotencyKey,
    groups: places.flatMap((place) => {
      if (place.kind !== "group") return [];
      const choice = choices.get(place.key)!;
      return [{ group: place.group.index, take: choice.take, ...(choice.own ? { spans: [choice.own] } : {}) }];
    }),
    details: places.flatMap((place) => {
      if (place.kind !== "detail") return [];
      const take = choices.get(place.key)!.take[0];
      return [{ detail: place.detail.index, ...(take ? { take } : {}) }];
    }),
    relations: places.flatMap((place) => {
      if (place.kind !== "relation") return [];
      const keep = choices.get(place.key)!.take.some((name) => place.relation.annotators.includes(name));
      return [{ relation: place.relation.index, keep }];
    }),
    turns: places.flatMap((place) => {
      if (place.kind !== "turn") return [];
      const choice = choices.get(place.key)!;
      return [
        {
          turn: place.turn.index,
          ...(choice.intent ? { intent: choice.intent } : choice.take[0] ? { take: choice.take[0] } : {}),
        },
      ];
    }),
  };
}

/** Where words stand that somebody typed: the occurrence next to the place that is decided. */
export function nearest(text: string, words: string, start: number): { start: number; end: number } | undefined {
  if (!words) return undefined;
  let best: number | undefined;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (best === undefined || Math.abs(at - start) < Math.abs(best - start)) best = at;
  }
  return best === undefined ? undefined : { start: best, end: best + words.length };
}

/** What is sent: under the key of `before` as long as it says the same, so that it is done once; other choices are another request. */
export function sending(
  before: AdjudicationRequest | undefined,
  open: AdjudicationCase,
  choices: ReadonlyMap<string, Choice>,
  newKey: () => string,
): AdjudicationRequest {
  const again = before && requestOf(open, choices, before.idempotencyKey);
  return again && JSON.stringify(again) === JSON.stringify(before) ? again : requestOf(open, choices, newKey());
}
