import { expect, test } from "vitest";
import type { Mention } from "@/api/types.ts";
import { identifyingLabels, isIdentifying } from "@/features/note/identity.ts";
import { repetitions, type Made } from "@/features/note/repeat.ts";
import { tokenize } from "@/text/tokens.ts";

const text = "Gout 😀 treated; gout\r\nstable. No GOUTY pain, gout again, chest\r\npain and chest pain.";
const words = { text, tokens: tokenize(text) };
const places = (part: string) => [...text.matchAll(new RegExp(part, "gi"))].map((m) => ({ start: m.index, end: m.index + m[0].length }));
const gouts = places("gout\\b");
const mention = (index: number, label: string, state: Mention["state"] = "suggested"): Mention => ({
  id: `g${index}/${label}`,
  ...gouts[index]!,
  label,
  state,
});
let ids = 0;
const again = (mentions: Mention[], made: Made) => repetitions(words, mentions, made, () => `new${++ids}`).map((repetition) => repetition.change);

test("accepting is repeated on open suggestions of the same words and label, whatever their case", () => {
  const mentions = [mention(0, "PROBLEM", "accepted"), mention(1, "PROBLEM"), mention(2, "MEDICATION")];
  expect(again(mentions, { kind: "accept", words: "Gout", label: "PROBLEM" })).toEqual([{ action: "accept", mentionId: "g1/PROBLEM" }]);
});

test("rejecting takes no decided mention away", () => {
  const mentions = [mention(0, "PROBLEM"), mention(1, "PROBLEM", "added"), mention(2, "PROBLEM", "accepted")];
  expect(again(mentions, { kind: "reject", words: "gout", label: "PROBLEM" })).toEqual([{ action: "reject", mentionId: "g0/PROBLEM" }]);
});

test("relabelling accepts what carries the new label already and never marks the same words twice", () => {
  const mentions = [mention(0, "MEDICATION"), mention(1, "PROBLEM"), mention(2, "MEDICATION"), mention(2, "PROBLEM", "added")];
  expect(again(mentions, { kind: "relabel", words: "gout", from: "MEDICATION", label: "PROBLEM" })).toEqual([
    { action: "relabel", label: "PROBLEM", mentionId: "g0/MEDICATION" },
    { action: "accept", mentionId: "g1/PROBLEM" },
  ]);
});

test("marking is repeated where the words stand whole, over any white space", () => {
  const changes = again([mention(1, "PROBLEM"), mention(2, "PROBLEM", "added")], { kind: "add", words: "gout", label: "PROBLEM" });
  expect(changes).toEqual([
    { action: "add", mentionId: expect.any(String), ...gouts[0]!, label: "PROBLEM" },
    { action: "accept", mentionId: "g1/PROBLEM" },
  ]);
  expect(again([], { kind: "add", words: "chest pain", label: "PROBLEM" })).toHaveLength(2);
});

test("words with signs of their own are found as they stand", () => {
  const dose = "2.5 mg (2.5 mg) 215 mg";
  const found = repetitions({ text: dose, tokens: tokenize(dose) }, [], { kind: "add", words: "2.5 mg", label: "DOSAGE" }, () => "n");
  expect(found.map((repetition) => dose.slice(repetition.span.start, repetition.span.end))).toEqual(["2.5 mg", "2.5 mg"]);
});

test("labels that name a person", () => {
  expect(["NAME", "Patient_Name", "phi-date", "DATE", "mrn"].every(isIdentifying)).toBe(true);
  expect(["PROBLEM", "DOSAGE", "MEDICATION", "DURATION", "IDENTITY"].some(isIdentifying)).toBe(false);
  expect(identifyingLabels([{ name: "PHONE" }, { name: "TEST" }])).toEqual(new Set(["PHONE"]));
});
