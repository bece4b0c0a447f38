import { expect, test } from "vitest";
import type { InboxUtterance } from "@/api/types.ts";
import { alternativesOf, decided, decisionOn, matrixOf, nextUndecided, proposedName, replaceIn, settledIn, withLeft } from "@/features/inbox/utterances.ts";

const utterance = (turn: number, more: Partial<InboxUtterance> = {}): InboxUtterance => ({
  documentId: "d",
  documentStatus: "new",
  revision: 2,
  turn,
  speaker: "patient",
  text: "more tablets",
  suggestion: { intent: "refill", confidence: 0.6, alternatives: [{ intent: "refill", confidence: 0.6 }, { intent: "greeting", confidence: 0.2 }], model: { name: "m", version: "1" } },
  redFlags: [],
  priority: 1,
  uncertainty: 0.6,
  alike: 1,
  alikeUndecided: 1,
  leftInTranscript: 1,
  before: [],
  after: [],
  ...more,
});

test("the digits choose the suggestion first and nothing twice", () => {
  expect(alternativesOf(utterance(0)).map((score) => score.intent)).toEqual(["refill", "greeting"]);
  expect(alternativesOf({ ...utterance(0), suggestion: null })).toEqual([]);
});

test("a decision shows as the service will store it, and can be taken back", () => {
  expect(decided(utterance(0), "refill")).toMatchObject({ intent: "refill", state: "accepted" });
  expect(decided(utterance(0), "oos")).toMatchObject({ intent: "oos", state: "changed" });
  expect(decided(decided(utterance(0), "oos"), null)).toEqual(utterance(0));
  expect(decisionOn(utterance(4, { intent: "greeting", state: "changed" }), "oos")).toEqual({
    documentId: "d",
    turn: 4,
    intent: "oos",
    seen: { revision: 2, intent: "greeting" },
  });
});

test("the next undecided one is behind, else from the start", () => {
  const list = [utterance(0), utterance(1, { state: "accepted" }), utterance(2)];
  expect(nextUndecided(list, 0)).toBe(2);
  expect(nextUndecided(list, 2)).toBe(0);
  expect(nextUndecided(replaceIn(list, [decided(list[0]!, "oos")]), 2)).toBeUndefined();
});

test("agreement is the diagonal of the matrix, whatever stands on one side only", () => {
  const matrix = matrixOf([
    { decided: "refill", suggested: "greeting", count: 2 },
    { decided: "oos", suggested: "oos", count: 1 },
    { decided: "greeting", suggested: "greeting", count: 7 },
    { suggested: "billing", count: 3 },
    { decided: "refill", suggested: "refill", count: 5 },
  ]);
  expect(matrix.decided).toEqual(["greeting", "refill", "oos", ""]);
  expect(matrix.suggested).toEqual(["greeting", "refill", "oos", "billing"]);
  expect(matrix.count("refill", "greeting")).toBe(2);
  expect(matrix.count("", "billing")).toBe(3);
  expect(matrix.total("refill")).toBe(7);
});

test("a name is made of the first words", () => {
  expect(proposedName(["parking", "garage", "cost"])).toBe("parking_garage");
  expect(proposedName(["Wi-Fi"])).toBe("wi_fi");
  expect(proposedName([])).toBe("");
});

test("what a decision settles is told by transcript, an undo opens it again, and a changed mind settles nothing", () => {
  const before = [utterance(0), utterance(1), utterance(0, { documentId: "e" }), utterance(2, { intent: "refill", state: "accepted" })];
  const after = before.map((item) => decided(item, "greeting"));
  expect([...settledIn(before, after)]).toEqual([["d", 2], ["e", 1]]);
  expect([...settledIn(after, before)]).toEqual([["d", -2], ["e", -1]]);
  const list = [utterance(0, { leftInTranscript: 3 }), utterance(5, { documentId: "f", leftInTranscript: 2 })];
  expect(withLeft(list, settledIn(before, after)).map((item) => item.leftInTranscript)).toEqual([1, 2]);
});
