import { expect, test } from "vitest";
import type { LabelError, TrainingRun } from "@/api/types.ts";
import { hrefOf, parseRoute } from "@/app/route.ts";
import {
  candidates,
  closedTold,
  errorTold,
  isOpen,
  lastSearches,
  nextOpen,
  progressOf,
  progressTold,
  readPlace,
  recounted,
  searchTold,
  startPlace,
  withDecision,
} from "@/features/label-errors/errors.ts";

const base = { id: "e", runId: "r", documentId: "d", before: "", after: "", score: 0.9, outdated: false, mended: false };
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

test("the newest search of each task tells what its models are worth", () => {
  const run = (id: string, more: object) => ({ id, kind: "label_errors", task: "entities", state: "succeeded", ...more }) as TrainingRun;
  const runs = [
    run("5", { state: "cancelled" }),
    run("4", { agreement: 0.784 }),
    run("3", { task: "intents", state: "failed", errorReason: "the models are weak" }),
    run("2", { kind: "retrain" }),
    run("1", { agreement: 0.2 }),
  ];
  expect(lastSearches(runs).map((last) => last.id)).toEqual(["4", "3"]);
  expect(searchTold(runs[1]!)).toBe("The search in mentions: its models agree with people on 78 % of the mentions they had not seen.");
  expect(searchTold(runs[2]!)).toBe("The search in intents lists nothing: the models are weak.");
});

test("a share is told once there is enough to tell it of", () => {
  const progress = { left: 80, mended: 4, errors: 4 };
  expect(progressTold({ ...progress, seen: 10, right: 6 })).toBe("80 left, 10 seen: 4 errors, all mended; 6 right.");
  expect(progressTold({ ...progress, seen: 20, right: 16 })).toBe("80 left, 20 seen: 4 errors, all mended; 16 right. 20 % of what was seen was an error.");
});

const entry = (id: string, more: Partial<LabelError> = {}) => ({ ...base, id, kind: "spurious", mended: false, ...more }) as LabelError;

test("an entry is open until somebody decides it or mends what it is about", () => {
  expect(isOpen(entry("a"))).toBe(true);
  expect(isOpen(entry("a", { decision: "right" }))).toBe(false);
  expect(isOpen(entry("a", { mended: true }))).toBe(false);
  expect(closedTold(entry("a", { mended: true }))).toBe("mended");
  expect(closedTold(entry("a", { decision: "error" }))).toBe("error, to be mended");
  expect(closedTold(entry("a", { decision: "right", mended: true }))).toBe("document is right");
  expect(isOpen(withDecision(entry("a", { decision: "error" }), undefined))).toBe(true);
});

test("counts follow a decision and its undoing, of its kind alone", () => {
  const counts = [
    { kind: "missing" as const, open: 1, errors: 0, right: 0, mended: 0 },
    { kind: "spurious" as const, open: 2, errors: 1, right: 0, mended: 1 },
  ];
  const before = entry("a");
  const after = withDecision(before, "error");
  const decided = recounted(counts, before, after);
  expect(decided).toEqual([counts[0], { kind: "spurious", open: 1, errors: 2, right: 0, mended: 1 }]);
  expect(recounted(decided, after, before)).toEqual(counts);
  expect(progressOf(decided)).toEqual({ seen: 2, left: 2, errors: 2, mended: 1, right: 0 });
});

test.each([
  [{ seen: 0, left: 12, errors: 0, mended: 0, right: 0 }, "12 left, none seen."],
  [{ seen: 3, left: 1, errors: 1, mended: 0, right: 2 }, "1 left, 3 seen: 1 error, 0 mended; 2 right."],
  [{ seen: 2, left: 0, errors: 2, mended: 2, right: 0 }, "0 left, 2 seen: 2 errors, all mended; 0 right."],
  [{ seen: 1, left: 0, errors: 0, mended: 0, right: 1 }, "0 left, 1 seen: 0 errors; 1 right."],
])("progress is told in words: %o", (progress, words) => {
  expect(progressTold(progress)).toBe(words);
});

test("the next open entry is further down, or the first again; none when all are closed", () => {
  const closed = entry("x", { decision: "right" });
  expect(nextOpen([entry("a"), closed, entry("b")], 0)).toBe(2);
  expect(nextOpen([entry("a"), closed, closed], 1)).toBe(0);
  expect(nextOpen([closed, entry("a")], 1)).toBeUndefined();
});

test("a kept place is read again, and what cannot be read is the start", () => {
  const place = { filter: { state: "all" as const, kind: "missing", label: "" }, at: ["a"], fetched: 100, decided: ["b"] };
  expect(readPlace(JSON.stringify(place))).toEqual(place);
  expect([null, "", "{", "{}", "[]", '{"filter":{}}', "null"].map(readPlace)).toEqual(Array(7).fill(startPlace));
  expect(candidates([entry("a"), entry("b"), entry("c")], 1)).toEqual(["b", "c"]);
});

test("a document opened from the queue knows where to go back to", () => {
  const route = { page: "document" as const, id: "d1", at: 42, from: "label-errors" as const };
  expect(hrefOf(route)).toBe("#/documents/d1/42/label-errors");
  expect(parseRoute(hrefOf(route))).toEqual(route);
  expect(parseRoute("#/documents/d1/42/elsewhere")).toEqual({ page: "document", id: "d1", at: 42 });
  expect(parseRoute("#/label-errors")).toEqual({ page: "label-errors" });
});
