import { describe, expect, test } from "vitest";
import type { Mention, RelationDefinition } from "@/api/types.ts";
import * as relations from "@/features/note/relations.ts";

const definitions: RelationDefinition[] = [
  { name: "RELATED_TO" },
  { name: "HAS_DOSAGE", from: ["MEDICATION"], to: ["DOSAGE"] },
  { name: "CAUSES", from: ["PROBLEM"], to: ["PROBLEM"] },
];
const mention = (id: string, label: string, start: number, state: Mention["state"] = "added"): Mention => ({ id, label, start, end: start + 1, state });
const drug = mention("drug", "MEDICATION", 0);
const dose = mention("dose", "DOSAGE", 5, "suggested");
const gout = mention("gout", "PROBLEM", 9);

describe("the types that join two mentions", () => {
  test("are those of their labels, in either direction, the particular ones first", () => {
    expect(relations.choicesBetween(definitions, drug, dose)).toEqual([
      { type: "HAS_DOSAGE", reversed: false },
      { type: "RELATED_TO", reversed: false },
    ]);
    expect(relations.choicesBetween(definitions, dose, drug)[0]).toEqual({ type: "HAS_DOSAGE", reversed: true });
    expect(relations.choicesBetween(definitions.slice(1), drug, gout)).toEqual([]);
  });

  test("are none between a mention and itself", () => {
    expect(relations.choicesBetween(definitions, gout, gout)).toEqual([]);
  });
});

test("relating agrees with what was suggested, and goes from where the schema has it begin", () => {
  expect(relations.relate([], dose, drug, { type: "HAS_DOSAGE", reversed: true })).toEqual({
    changes: [
      { action: "accept", mentionId: "dose" },
      { action: "relate", from: "drug", to: "dose", type: "HAS_DOSAGE" },
    ],
  });
  const there = { id: "r", from: "drug", to: "dose", type: "HAS_DOSAGE" };
  expect(relations.relate([there], drug, dose, { type: "HAS_DOSAGE", reversed: false })).toHaveProperty("refused");
  expect(relations.unrelate(there)).toEqual({ changes: [{ action: "unrelate", from: "drug", to: "dose", type: "HAS_DOSAGE" }] });
});

test("the relations of a mention are seen from it, in the order of the text", () => {
  const all = [
    { id: "1", from: "gout", to: "drug", type: "RELATED_TO" },
    { id: "2", from: "drug", to: "dose", type: "HAS_DOSAGE" },
    { id: "3", from: "drug", to: "gone", type: "RELATED_TO" },
    { id: "4", from: "gout", to: "dose", type: "RELATED_TO" },
  ];
  expect(relations.seenFrom(drug, all, [drug, dose, gout]).map(({ other, outgoing }) => [other.id, outgoing])).toEqual([
    ["dose", true],
    ["gout", false],
  ]);
});

test("every mention has letters of its own, and none begins another's", () => {
  const many = Array.from({ length: 20 }, (_, index) => mention(`m${index}`, "PROBLEM", index));
  for (const letters of ["abcdefghijklmnopqrstuvwxyz", "abcdef"]) {
    const hints = [...relations.hintsFor(many, letters)];
    expect(hints.map(([, id]) => id)).toEqual(many.map(({ id }) => id));
    const keys = hints.map(([hint]) => hint);
    expect(keys.filter((key) => keys.some((other) => other !== key && other.startsWith(key)))).toEqual([]);
  }
});
