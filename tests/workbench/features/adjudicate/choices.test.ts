import { expect, test } from "vitest";
import type { AdjudicationCase } from "@/api/types.ts";
import { commentsAt, nearest, placesOf, requestOf, said, sending, type Choice } from "@/features/adjudicate/choices.ts";

const text = "😀 pain here, pain there";

const open = {
  document: { revision: 4, text, turns: [{ index: 0, start: 0, end: 12 }, { index: 1, start: 14, end: 20 }] },
  basis: "b1",
  annotators: ["ana", "ben"],
  groups: [
    { index: 0, start: 3, end: 7, agreed: true, options: [] },
    { index: 1, start: 14, end: 18, agreed: false, options: [] },
  ],
  turns: [
    { index: 0, agreed: false, options: [{ annotator: "ana", intent: "greeting" }, { annotator: "ben" }] },
    { index: 1, agreed: true, options: [{ annotator: "ana" }, { annotator: "ben" }] },
  ],
  details: [],
  relations: [],
  comments: [],
} as unknown as AdjudicationCase;

test("places come in the order of the text, and turns nobody gave an intent are none", () => {
  expect(placesOf(open).map((place) => place.key)).toEqual(["t0", "g0", "g1"]);
});

test("only what was chosen is sent, with the revision and basis that were seen", () => {
  const choices = new Map<string, Choice>([
    ["g1", { take: [], own: { start: 14, end: 24, label: "PROBLEM" } }],
    ["t0", { take: ["ana"] }],
  ]);
  expect(requestOf(open, choices, "k")).toEqual({
    revision: 4,
    basis: "b1",
    idempotencyKey: "k",
    groups: [{ group: 1, take: [], spans: [{ start: 14, end: 24, label: "PROBLEM" }] }],
    details: [],
    relations: [],
    turns: [{ turn: 0, take: "ana" }],
  });
  expect(requestOf(open, new Map([["t0", { take: [] }]]), "k").turns).toEqual([{ turn: 0 }]);
});

test("typed words are looked for next to the place, in code units", () => {
  expect(nearest(text, "pain", 13)).toEqual({ start: 14, end: 18 });
  expect(nearest(text, "pain", 2)).toEqual({ start: 3, end: 7 });
  expect(text.slice(3, 7)).toBe("pain");
  expect(nearest(text, "cough", 0)).toBeUndefined();
  expect(nearest(text, "", 0)).toBeUndefined();
});

const pain = { mention: 0, start: 3, end: 7, text: "pain", label: "PROBLEM", doubtful: false };
const there = { mention: 1, start: 14, end: 18, text: "pain", label: "PROBLEM", doubtful: false };
const negated = { negated: true, uncertain: false, historical: false, hypothetical: false, family: false };

const detailed = {
  ...open,
  turns: [],
  groups: [
    { index: 0, start: 3, end: 7, agreed: true, options: ["ana", "ben"].map((annotator) => ({ annotator, mentions: [pain] })) },
    {
      index: 1,
      start: 14,
      end: 18,
      agreed: false,
      options: [
        { annotator: "ana", mentions: [there] },
        { annotator: "ben", mentions: [] },
      ],
    },
  ],
  details: [
    {
      ...{ index: 0, group: 0, mention: 0, start: 3, end: 7, aspect: "assertion", agreed: false },
      options: [{ annotator: "ana", assertion: negated }, { annotator: "ben" }],
    },
    {
      ...{ index: 1, group: 1, mention: 1, start: 14, end: 18, aspect: "concepts", agreed: true },
      options: [{ annotator: "ana", concepts: ["C1"] }],
    },
  ],
  relations: [{ index: 0, from: 0, to: 1, type: "RELATED_TO", agreed: false, annotators: ["ana"] }],
} as unknown as AdjudicationCase;

test("what is said of an agreed mention is decided beside it; a relation waits until both of its mentions are gold", () => {
  expect(placesOf(detailed).map((place) => [place.key, place.agreed])).toEqual([["g0", true], ["d0", false], ["g1", false]]);
  const both = new Map<string, Choice>([["g1", { take: ["ana"] }]]);
  expect(placesOf(detailed, both).map((place) => place.key)).toEqual(["g0", "d0", "g1", "r0"]);
  expect(placesOf(detailed, new Map([["g1", { take: [] }]])).map((place) => place.key)).toEqual(["g0", "d0", "g1"]);
  const own: Choice = { take: [], own: { start: 14, end: 18, label: "PROBLEM" } };
  expect(placesOf(detailed, new Map([["g1", own]])).map((place) => place.key)).toContain("r0");
});

test("of details one reader's word is taken, or nothing; a relation stays when somebody who has it is taken", () => {
  const choices = new Map<string, Choice>([
    ["g1", { take: ["ana"] }],
    ["d0", { take: ["ana"] }],
    ["r0", { take: ["ben"] }],
  ]);
  expect(requestOf(detailed, choices, "k")).toMatchObject({
    details: [{ detail: 0, take: "ana" }],
    relations: [{ relation: 0, keep: false }],
  });
  choices.set("d0", { take: [] }).set("r0", { take: ["ana"] });
  expect(requestOf(detailed, choices, "k")).toMatchObject({ details: [{ detail: 0 }], relations: [{ relation: 0, keep: true }] });
  choices.set("g1", { take: [] });
  expect(requestOf(detailed, choices, "k").relations).toEqual([]);
});

test("when one reader's mention alone is taken, there is nothing to decide on what the others say of it", () => {
  const choices = new Map<string, Choice>([["g0", { take: ["ben"] }]]);
  expect(placesOf(detailed, choices).find((place) => place.key === "d0")?.agreed).toBe(true);
});

test("what somebody says is told in words", () => {
  expect(said({ annotator: "ana", assertion: negated })).toBe("negated");
  expect(said({ annotator: "ana", assertion: { ...negated, negated: false } })).toBe("affirmed");
  expect(said({ annotator: "ana", concepts: ["C1", "C2"] })).toBe("C1, C2");
  expect(said({ annotator: "ana", value: "mild" })).toBe("mild");
  expect(said({ annotator: "ana" })).toBe("");
});

test("the same choices go out under the same key, changed ones under another", () => {
  let keys = 0;
  const newKey = () => `k${++keys}`;
  const taken = (who: string) => new Map<string, Choice>([["t0", { take: [who] }], ["g1", { take: ["ana"] }]]);
  const first = sending(undefined, open, taken("ana"), newKey);
  expect(first.idempotencyKey).toBe("k1");
  expect(sending(first, open, new Map([...taken("ana")].reverse()), newKey)).toEqual(first);
  const other = sending(first, open, taken("ben"), newKey);
  expect(other.idempotencyKey).toBe("k2");
  expect(other.turns).toEqual([{ turn: 0, take: "ben" }]);
});

test("a place carries the comments on its words, not those beside it or on the document", () => {
  const comments = [
    { id: "on", start: 15, end: 16 },
    { id: "beside", start: 18, end: 20 },
    { id: "document", start: null, end: null },
  ];
  const commented = { ...open, comments } as unknown as AdjudicationCase;
  const place = placesOf(commented).find((one) => one.key === "g1")!;
  expect(commentsAt(commented, place).map((comment) => comment.id)).toEqual(["on"]);
});
