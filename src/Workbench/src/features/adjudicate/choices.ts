import type { AdjudicationCase, AdjudicationRequest } from "../../api/types.ts";

/** What was chosen at one place: somebody's reading, all of them, none, or the decider's own. */
export type Choice = { take: string[]; own?: { start: number; end: number; label: string }; intent?: string };

/** A place to decide: a group of mentions, or the intent of a turn. */
export type Place = { key: string; start: number; end: number; agreed: boolean } & (
  | { kind: "group"; group: AdjudicationCase["groups"][number] }
  | { kind: "turn"; turn: AdjudicationCase["turns"][number] }
);

export function placesOf(open: AdjudicationCase): Place[] {
  const groups = open.groups.map((group): Place => ({
    kind: "group",
    key: `g${group.index}`,
    start: group.start,
    end: group.end,
    agreed: group.agreed,
    group,
  }));
  const turns = open.turns
    .filter((turn) => turn.options.some((option) => option.intent))
    .map((turn): Place => {
      const words = open.document.turns[turn.index]!;
      return { kind: "turn", key: `t${turn.index}`, start: words.start, end: words.end, agreed: turn.agreed, turn };
    });
  return [...groups, ...turns].sort((one, other) => one.start - other.start);
}

export function requestOf(open: AdjudicationCase, choices: ReadonlyMap<string, Choice>, idempotencyKey: string): AdjudicationRequest {
  const places = placesOf(open).filter((place) => choices.has(place.key));
  return {
    revision: open.document.revision,
    basis: open.basis,
    idempotencyKey,
    groups: places.flatMap((place) => {
      if (place.kind !== "group") return [];
      const choice = choices.get(place.key)!;
      return [{ group: place.group.index, take: choice.take, ...(choice.own ? { spans: [choice.own] } : {}) }];
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
