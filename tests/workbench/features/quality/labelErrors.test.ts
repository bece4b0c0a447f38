import { expect, test } from "vitest";
import type { LabelError } from "@/api/types.ts";
import { hrefOf, parseRoute } from "@/app/route.ts";
import { errorTold } from "@/features/quality/words.ts";

const base = { id: "e", runId: "r", documentId: "d", before: "", after: "", score: 0.9, outdated: false };
const at = (words: string) => ({ start: 0, end: words.length, words });

test("what the models have instead is told in words", () => {
  const told = (error: Partial<LabelError>) => errorTold({ ...base, ...error } as LabelError);
  expect(told({ kind: "missing", marked: at("aspirin"), suggestedLabel: "MEDICATION" })).toBe("Not marked; models: MEDICATION");
  expect(told({ kind: "spurious", marked: at("visit"), label: "PROBLEM" })).toBe("Marked PROBLEM; models: nothing");
  expect(told({ kind: "wrong_label", marked: at("x"), suggested: at("x"), label: "PROBLEM", suggestedLabel: "TEST" })).toBe(
    "Marked PROBLEM; models: TEST",
  );
  expect(told({ kind: "wrong_label", marked: at("x"), suggested: at("x y"), label: "PROBLEM", suggestedLabel: "TEST" })).toBe(
    "Marked PROBLEM; models: TEST “x y”",
  );
  expect(told({ kind: "wrong_edge", marked: at("pain"), suggested: at("chest pain"), label: "PROBLEM" })).toBe("Marked PROBLEM; models: “chest pain”");
  expect(told({ kind: "wrong_intent", turn: 1, label: "refill", suggestedLabel: "cancel" })).toBe("Marked refill; models: cancel");
});

test("an address names the place at which a document is opened", () => {
  expect(parseRoute("#/documents/d1/42")).toEqual({ page: "document", id: "d1", at: 42 });
  expect(parseRoute("#/documents/d1")).toEqual({ page: "document", id: "d1" });
  expect(parseRoute(hrefOf({ page: "document", id: "a b", at: 0 }))).toEqual({ page: "document", id: "a b", at: 0 });
});
