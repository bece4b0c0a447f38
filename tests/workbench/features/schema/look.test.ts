import { expect, test } from "vitest";
import { whatChanged } from "@/features/schema/history.ts";
import { changed, lookOf, problemsOf } from "@/features/schema/look.ts";
import type { SchemaVersion } from "@/api/types.ts";

test("what is empty is left out, and an example is a line", () => {
  const look = { ...lookOf({ name: "DRUG", colour: "#0a7f3f", key: "d" }), description: " a substance ", examples: "aspirin\n\n metformin \n" };
  expect(changed(look)).toEqual({ colour: "#0a7f3f", key: "d", description: "a substance", examples: ["aspirin", "metformin"] });
  expect(changed(lookOf({ name: "DRUG" }))).toEqual({});
  expect(lookOf({ name: "A", examples: ["x", "y"] }).examples).toBe("x\ny");
});

test("a colour is hexadecimal and a key one character, whatever its length in units", () => {
  expect(problemsOf({ colour: "red", key: "ab", description: "", examples: "" })).toHaveLength(2);
  expect(problemsOf({ colour: "#0a7f3f", key: "💊", description: "", examples: "" })).toEqual([]);
});

test("the history is told in words", () => {
  const version = (part: Partial<SchemaVersion>) => whatChanged({ version: 2, kind: "add", part: "label", from: [], mentions: 0, documents: 0, by: "ana", at: "", ...part } as SchemaVersion);
  expect(version({ kind: "merge", from: ["A", "B"], to: "B" })).toBe("A merged into B");
  expect(version({ kind: "guideline", guideline: "" })).toBe("guideline of the project written");
  expect(version({ kind: "remove", from: ["A"] })).toBe("A removed, its mentions archived");
  expect(version({ kind: "take_back", from: ["A"], undoes: 4 })).toBe("version 4 taken back");
  expect(version({ kind: "rename", part: "value", attribute: "severity", from: ["bad"], to: "severe" })).toBe(
    "value of severity: bad renamed to severe",
  );
  expect(version({ kind: "split", part: "intent", from: ["ask"], to: "question" })).toBe(
    "intent: utterances of ask split off to question",
  );
});
