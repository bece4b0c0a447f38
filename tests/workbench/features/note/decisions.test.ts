import { describe, expect, test } from "vitest";
import type { Mention } from "@/api/types.ts";
import * as decide from "@/features/note/decisions.ts";
import { labelKeys } from "@/features/note/labelKeys.ts";
import { movedPiece, replacePiece } from "@/features/note/pieces.ts";
import { lanes, mentionsAt, neighbour, nextUndecided } from "@/features/note/walk.ts";
import { tokenize } from "@/text/tokens.ts";

const text = "HTN 😀 and severe asthma, on lisinopril";
const words = { text, tokens: tokenize(text) };
const mention = (part: string, label: string, state: Mention["state"] = "suggested", confidence = 0.8): Mention => {
  const start = text.indexOf(part);
  return { id: `${part}/${label}`, start, end: start + part.length, label, state, confidence };
};
const htn = mention("HTN", "PROBLEM", "suggested", 0.95);
const asthma = mention("asthma", "PROBLEM");
const severe = mention("severe asthma", "PROBLEM", "suggested", 0.4);
const drug = mention("lisinopril", "MEDICATION", "accepted");
const all = [htn, severe, asthma, drug];

describe("decisions", () => {
  test("relabelling a suggestion with its own label accepts it", () => {
    expect(decide.relabel(all, htn, "PROBLEM")).toEqual({ changes: [{ action: "accept", mentionId: htn.id }] });
  });

  test("a label that the same words already carry is not given twice", () => {
    const twin = { ...mention("HTN", "MEDICATION", "added"), id: "twin" };
    expect(decide.relabel([...all, twin], htn, "MEDICATION")).toHaveProperty("refused");
    expect(decide.add(all, drug, "MEDICATION", "new")).toHaveProperty("refused");
  });

  test("marking what was suggested accepts the suggestion", () => {
    expect(decide.add(all, { start: htn.start, end: htn.end }, "PROBLEM", "new")).toEqual({
      changes: [{ action: "accept", mentionId: htn.id }],
    });
  });

  test("x rejects a suggestion and removes what was decided", () => {
    expect(decide.reject(htn)).toMatchObject({ changes: [{ action: "reject" }] });
    expect(decide.reject(drug)).toMatchObject({ changes: [{ action: "remove" }] });
  });

  test("an edge that would land on the same span and label as another mention stays", () => {
    const moved = (...[edge, direction]: ["left" | "right", "back" | "forward"]) => movedPiece(words, asthma, 0, edge, direction, "token");
    expect(replacePiece(all, asthma, 0, moved("left", "back"))).toHaveProperty("refused");
    expect(replacePiece(all, asthma, 0, moved("right", "forward"))).toEqual({
      changes: [{ action: "resize", mentionId: asthma.id, start: asthma.start, end: asthma.end + 1 }],
    });
  });

  test("accepting above a threshold takes only undecided mentions that reach it", () => {
    expect(decide.acceptAbove(all, 0.8)).toEqual({
      changes: [
        { action: "accept", mentionId: htn.id },
        { action: "accept", mentionId: asthma.id },
      ],
    });
    expect(decide.acceptAbove(all, 0.99)).toHaveProperty("refused");
  });
});

describe("walking", () => {
  test("the next undecided mention is behind the current one, then from the top", () => {
    expect(nextUndecided(all, undefined)).toBe(htn.id);
    expect(nextUndecided(all, severe.id)).toBe(asthma.id);
    expect(nextUndecided(all, drug.id)).toBe(htn.id);
    expect(nextUndecided([drug], drug.id)).toBeUndefined();
    expect(nextUndecided([htn], htn.id)).toBeUndefined();
  });

  test("neighbours stop at the ends", () => {
    expect(neighbour(all, undefined, 1)).toBe(htn.id);
    expect(neighbour(all, undefined, -1)).toBe(drug.id);
    expect(neighbour(all, drug.id, 1)).toBe(drug.id);
    expect(neighbour([], undefined, 1)).toBeUndefined();
  });

  test("under a place the innermost mention comes first", () => {
    expect(mentionsAt(all, asthma.start).map((m) => m.id)).toEqual([asthma.id, severe.id]);
  });

  test("overlapping mentions get lines of their own and lines are used again", () => {
    const result = lanes(all);
    expect(result[all.indexOf(severe)]).not.toBe(result[all.indexOf(asthma)]);
    expect(result[all.indexOf(drug)]).toBe(0);
  });
});

describe("label keys", () => {
  test("the schema's keys win, the rest get free ones, command keys are never used", () => {
    const keys = labelKeys([
      { name: "PROBLEM", key: "p" },
      { name: "MEDICATION" },
      { name: "ANATOMY", key: "a" },
      { name: "TEST", key: "1" },
      { name: "OTHER", key: "p" },
    ], ["a", "x"]);
    expect(keys.get("PROBLEM")).toBe("p");
    expect(keys.get("TEST")).toBe("1");
    expect(keys.get("MEDICATION")).toBe("2");
    expect(keys.get("ANATOMY")).toBe("3");
    expect(new Set(keys.values()).size).toBe(5);
  });

  test("more labels than keys: the last ones have none, and nothing breaks", () => {
    const keys = labelKeys(Array.from({ length: 60 }, (_, index) => ({ name: `L${index}` })), ["a", "x"]);
    expect(new Set(keys.values()).size).toBe(keys.size);
    expect([...keys.values()]).not.toContain("a");
  });
});
