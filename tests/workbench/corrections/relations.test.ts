import { describe, expect, it } from "vitest";
import type { AnnotatedDocument, Change, Mention, Relation } from "@/api/types.ts";
import { applyChanges, inverseOf } from "@/corrections/apply.ts";
import { fitting, renamed, type HistoryStep } from "@/corrections/history.ts";
import { changesToMine, rebase } from "@/corrections/rebase.ts";

const mention = (id: string, start: number): Mention => ({ id, start, end: start + 1, label: "PROBLEM", state: "added" });
const relation: Relation = { id: "r", from: "a", to: "b", type: "TREATS" };
const documentOf = (relations: Relation[], ...ids: string[]): AnnotatedDocument => ({
  id: "d",
  projectId: "p",
  kind: "note",
  status: "in_progress",
  revision: 1,
  text: "a b c",
  mentions: ids.map((id, index) => mention(id, 2 * index)),
  relations,
  turns: [],
});
const relate: Change = { action: "relate", from: "a", to: "b", type: "TREATS" };
const unrelate: Change = { ...relate, action: "unrelate" };
const ends = (document: AnnotatedDocument) => document.relations.map(({ from, to, type }) => `${from} ${type} ${to}`);

describe("relations", () => {
  it("come, go, and go with either of their mentions", () => {
    const document = documentOf([], "a", "b", "c");
    const with1 = applyChanges(document, [relate, relate]);
    expect(ends(with1)).toEqual(["a TREATS b"]);
    expect(ends(applyChanges(with1, [unrelate]))).toEqual([]);
    expect(ends(applyChanges(with1, [{ action: "remove", mentionId: "b" }]))).toEqual([]);
    expect(applyChanges(with1, [{ action: "remove", mentionId: "c" }]).relations).toBe(with1.relations);
  });

  it("are as they were after a step was taken back, whatever it did", () => {
    const before = documentOf([relation], "a", "b", "c");
    const steps: Change[][] = [
      [unrelate],
      [{ ...relate, to: "c" }],
      [{ action: "remove", mentionId: "a" }],
      [{ action: "remove", mentionId: "a" }, { action: "remove", mentionId: "b" }],
      [unrelate, { ...relate, type: "REVEALS" }, { action: "relabel", mentionId: "a", label: "TEST" }],
    ];
    for (const step of steps) expect(ends(applyChanges(applyChanges(before, step), inverseOf(before, step)))).toEqual(ends(before));
  });

  it("are undone only while they are there", () => {
    const step: HistoryStep = { id: "s", order: 1, undone: false, forward: [relate], back: [unrelate] };
    expect(fitting(documentOf([relation], "a", "b"), step, true)).toEqual({ changes: [unrelate], leftAlone: 0 });
    expect(fitting(documentOf([], "a", "b"), step, true)).toEqual({ changes: [], leftAlone: 1 });
    expect(fitting(documentOf([], "a", "b"), step, false)).toEqual({ changes: [relate], leftAlone: 0 });
  });

  it("get the service's name of a mention", () => {
    const step: HistoryStep = { id: "s", order: 1, undone: false, forward: [relate], back: [unrelate] };
    expect(renamed(step, "b", "B").forward).toEqual([{ ...relate, to: "B" }]);
    expect(renamed(step, "c", "C")).toBe(step);
  });
});

describe("relations that meet somebody else's changes", () => {
  const rebased = (now: AnnotatedDocument, change: Change, mine = documentOf([relation], "a", "b")) =>
    rebase([{ key: "k", sequence: 1, seen: 1, changes: [change], at: "", history: "h" }], mine, now, { mentions: new Set(["a", "b"]), turns: new Set() }, new Set());

  it("are made beside theirs, and not twice", () => {
    expect(rebased(documentOf([{ ...relation, type: "REVEALS" }], "a", "b"), relate).steps).toHaveLength(1);
    expect(rebased(documentOf([relation], "a", "b"), relate)).toMatchObject({ steps: [], setAside: [] });
    expect(rebased(documentOf([], "a", "b"), unrelate)).toMatchObject({ steps: [], setAside: [] });
  });

  it("are set aside where a mention went; mine brings it back", () => {
    const now = documentOf([], "a");
    const { setAside } = rebased(now, relate);
    expect(setAside).toHaveLength(1);
    expect(changesToMine(now, setAside[0]!)).toMatchObject([{ action: "restore", mentionId: "b" }, relate]);
  });
});
