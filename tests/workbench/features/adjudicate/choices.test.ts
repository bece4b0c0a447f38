import { expect, test } from "vitest";
import type { AdjudicationCase } from "@/api/types.ts";
import { nearest, placesOf, requestOf, type Choice } from "@/features/adjudicate/choices.ts";

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
