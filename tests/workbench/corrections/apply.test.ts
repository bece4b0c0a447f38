import { describe, expect, it } from "vitest";
import { applyChange, applyChanges, changesTo, inverseOf, keepIdentity, withDifference } from "../../../src/Workbench/src/corrections/apply.ts";
import { rebase } from "../../../src/Workbench/src/corrections/rebase.ts";
import type { AnnotatedDocument, Change, Mention } from "../../../src/Workbench/src/api/types.ts";

const mention: Mention = { id: "m1", start: 3, end: 7, label: "PROBLEM", state: "suggested", confidence: 0.9 };

const documentOf = (...mentions: Mention[]): AnnotatedDocument => ({
  id: "d",
  projectId: "p",
  kind: "note",
  status: "in_progress",
  revision: 1,
  text: "no pain in the left or right knee",
  mentions,
  relations: [],
  turns: [],
});

const after = (before: Mention, change: Change) => applyChange(documentOf(before), change).mentions[0]!;

describe("what is said of a mention", () => {
  it("keeps the suggestion, sets what is given and leaves the rest", () => {
    const negated = after(mention, { action: "annotate", mentionId: "m1", assertion: { negated: true } });
    expect(negated.state).toBe("accepted");
    expect(negated.confidence).toBe(0.9);
    expect(negated.assertion).toEqual({ negated: true, uncertain: false, historical: false, hypothetical: false, family: false });
    const linked = after(negated, { action: "annotate", mentionId: "m1", concepts: ["DOID:1"], attributes: { severity: "mild" } });
    expect([linked.assertion?.negated, linked.concepts, linked.attributes]).toEqual([true, ["DOID:1"], { severity: "mild" }]);
  });

  it("is taken away by an assertion without any flag, not by one that is false", () => {
    const negated = after(mention, { action: "annotate", mentionId: "m1", assertion: { negated: true } });
    expect(after(negated, { action: "annotate", mentionId: "m1", assertion: {} }).assertion).toBeNull();
    expect(after(negated, { action: "annotate", mentionId: "m1", assertion: { negated: false } }).assertion?.negated).toBe(false);
  });

  it("is as it was after taking the change back", () => {
    const said: Mention = { ...mention, state: "added", confidence: null, concepts: ["DOID:1"] };
    const change: Change = { action: "annotate", mentionId: "m1", assertion: { family: true }, concepts: [] };
    const changed = applyChange(documentOf(said), change);
    expect(changed.mentions[0]!.concepts).toEqual([]);
    const back = changesTo(documentOf(said), change);
    expect(back).toMatchObject([{ action: "restore", assertion: {}, concepts: ["DOID:1"] }]);
    const undone = back.reduce(applyChange, changed).mentions[0]!;
    expect([undone.state, undone.assertion, undone.concepts]).toEqual(["added", null, ["DOID:1"]]);
  });
});

it("goes back with a whole step", () => {
  const before = documentOf({ ...mention, state: "added", confidence: null, concepts: ["DOID:1"] });
  const step: Change[] = [
    { action: "annotate", mentionId: "m1", concepts: ["DOID:2"] },
    { action: "relabel", mentionId: "m1", label: "TEST" },
  ];
  const undone = applyChanges(applyChanges(before, step), inverseOf(before, step)).mentions[0]!;
  expect([undone.label, undone.concepts]).toEqual(["PROBLEM", ["DOID:1"]]);
});

it("is set aside when somebody else changed the mention, and applies when nobody did", () => {
  const now = documentOf({ ...mention, state: "accepted" });
  const change: Change = { action: "annotate", mentionId: "m1", assertion: { negated: true } };
  const step = { key: "k", sequence: 1, seen: 1, changes: [change], at: "", history: "h" };
  const setAside = (...ids: string[]) =>
    rebase([step], applyChange(now, change), now, { mentions: new Set(ids), turns: new Set() }, new Set()).setAside;
  expect(setAside()).toEqual([]);
  expect(setAside("m1")).toMatchObject([{ change }]);
});

describe("a mention that the service answers again", () => {
  it("stays the same object until something of it changed", () => {
    const before = documentOf(mention);
    expect(keepIdentity(before, documentOf({ ...mention, attributes: {}, concepts: [] })).mentions[0]).toBe(mention);
    const said = { ...mention, concepts: ["DOID:1"] };
    expect(keepIdentity(before, documentOf(said)).mentions[0]).toBe(said);
    expect(keepIdentity(documentOf(said), documentOf({ ...said, concepts: ["DOID:1"] })).mentions[0]).toBe(said);
  });
});

describe("the pieces of a mention", () => {
  const pieces = [
    { start: 3, end: 7 },
    { start: 28, end: 33 },
  ];

  it("come with a resize and go with the next", () => {
    const apart = after(mention, { action: "resize", mentionId: "m1", start: 3, end: 33, fragments: pieces });
    expect(apart.fragments).toEqual(pieces);
    expect(after(apart, { action: "resize", mentionId: "m1", start: 3, end: 10 }).fragments).toBeNull();
  });

  it("come back when a removal is taken back", () => {
    const apart: Mention = { ...mention, start: 3, end: 33, state: "added", fragments: pieces };
    const back = changesTo(documentOf(apart), { action: "remove", mentionId: "m1" });
    expect(back.reduce(applyChange, documentOf()).mentions[0]!.fragments).toEqual(pieces);
  });
});

it("has what a save left otherwise, and the very same mentions for the rest", () => {
  const other: Mention = { ...mention, id: "m0", start: 0, end: 2 };
  const gone: Mention = { ...mention, id: "m2", start: 9, end: 12 };
  const before = { ...documentOf(other, mention, gone), relations: [{ id: "r1", from: "m1", to: "m2", type: "TREATS" }] };
  const moved = { ...mention, start: 12, end: 15, state: "accepted" as const };
  const added: Mention = { ...mention, id: "m3", state: "added" };
  const related = { id: "r2", from: "m1", to: "m3", type: "TREATS" };
  const difference = { mentions: [moved, added], mentionsGone: ["m2"], relations: [related], relationsGone: ["r1"], turns: [] };
  const after = withDifference(before, { status: "done", ...difference }, 7);
  expect([after.revision, after.status]).toEqual([7, "done"]);
  expect(after.mentions).toEqual([other, added, moved]);
  expect(after.mentions[0]).toBe(other);
  expect(after.relations).toEqual([related]);
});

it("stays the very same list of mentions when a save is confirmed as it was shown", () => {
  const shown = applyChange(documentOf(mention), { action: "relabel", mentionId: "m1", label: "TEST" });
  const confirmed = keepIdentity(shown, structuredClone({ ...shown, revision: 2 }));
  expect(confirmed.mentions).toBe(shown.mentions);
  expect(confirmed.revision).toBe(2);
  expect(keepIdentity(shown, documentOf(mention)).mentions).not.toBe(shown.mentions);
});
