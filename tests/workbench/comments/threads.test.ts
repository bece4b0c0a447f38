import { expect, test } from "vitest";
import type { Comment, Mention } from "@/api/types.ts";
import { commented, draftKey, isAnswerable, lastOfEach, newAt, request, sending, targetAt, threadsOf, unseen } from "@/comments/threads.ts";

const said = (id: string, more: Partial<Comment> = {}): Comment => ({ id, text: id, author: "ana", at: "2026-01-01T00:00:00Z", unread: false, ...more });
const mention = (id: string, start: number): Mention => ({ id, start, end: start + 4, label: "PROBLEM", state: "suggested" });

test("answers stand under their thread, and open threads before resolved ones", () => {
  const threads = threadsOf([said("1", { resolvedAt: "2026-01-02T00:00:00Z" }), said("2"), said("3", { threadId: "1" }), said("4", { threadId: "2" })]);
  expect(threads.map(({ first, answers, open }) => [first.id, answers.map((one) => one.id).join(), open])).toEqual([
    ["2", "4", true],
    ["1", "3", false],
  ]);
});

test("a mention with an open thread is marked, also when a model gave it another id", () => {
  const mentions = [mention("a", 0), mention("b", 10), mention("c", 20)];
  const threads = threadsOf([
    said("1", { mentionId: "a", start: 0, end: 4 }),
    said("2", { mentionId: "gone", start: 10, end: 14 }),
    said("3", { mentionId: "c", start: 20, end: 24, resolvedAt: "2026-01-02T00:00:00Z" }),
    said("4"),
  ]);
  expect(commented(threads, mentions).map((one) => one.id)).toEqual(["a", "b"]);
});

test("the box opens at the open thread of the mention, else at the mention, else at the document", () => {
  const threads = threadsOf([said("1", { mentionId: "a", start: 0, end: 4 }), said("2", { mentionId: "b", resolvedAt: "2026-01-02T00:00:00Z" })]);
  expect(targetAt(threads, mention("a", 0))).toBe("1");
  expect(targetAt(threads, mention("b", 10))).toBe("place");
  expect(targetAt(threads, undefined)).toBe("document");
});

test("what is sent names the thread, the mention or nothing", () => {
  expect(request("x", "place", mention("a", 0))).toEqual({ text: "x", mentionId: "a" });
  expect(request("x", "document", mention("a", 0))).toEqual({ text: "x" });
  expect(request("x", "1", mention("a", 0))).toEqual({ text: "x", threadId: "1" });
});

test("the same draft is sent under the same key, another under another", () => {
  let made = 0;
  const newKey = () => `k${++made}`;
  const first = sending(null, "Which dose?", newKey);
  expect(sending(JSON.stringify(first), "Which dose?", newKey)).toEqual({ text: "Which dose?", key: "k1" });
  expect(sending(JSON.stringify(first), "Which dose, please?", newKey).key).toBe("k2");
  expect(sending("{broken", "Which dose?", newKey).key).toBe("k3");
});

test("drafts of two people or places do not meet", () => {
  const keys = [
    draftKey("ana", "d", "place", mention("a", 0)),
    draftKey("ben", "d", "place", mention("a", 0)),
    draftKey("ana", "d", "place", mention("b", 0)),
    draftKey("ana", "d", "document", mention("a", 0)),
    draftKey("ana", "e", "place", mention("a", 0)),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("at a turn, which has no id, the place is what is sent, told apart and found again", () => {
  const turn = { start: 5, end: 9 };
  expect(request("x", "place", turn)).toEqual({ text: "x", start: 5, end: 9 });
  expect(draftKey("ana", "d", "place", turn)).not.toBe(draftKey("ana", "d", "place", { start: 10, end: 12 }));
  const threads = threadsOf([said("1", { start: 5, end: 9 }), said("2", { mentionId: "m", start: 0, end: 2 })]);
  expect(commented(threads, [turn, { start: 10, end: 12 }])).toEqual([turn]);
  expect(targetAt(threads, turn)).toBe("1");
});

test("new is what the service says is unread, until it is looked at here", () => {
  const comments = [said("1"), said("2", { unread: true }), said("3", { unread: true, reading: "copy" })];
  expect(unseen(comments, new Set()).map(({ id }) => id)).toEqual(["2", "3"]);
  expect(unseen(comments, new Set(["2"])).map(({ id }) => id)).toEqual(["3"]);
});

test("who has seen all has read to the last comment of the document and of each reading", () => {
  expect(lastOfEach([said("1"), said("2", { reading: "a" }), said("3"), said("4", { reading: "b" }), said("5", { reading: "a" })])).toEqual(["3", "5", "4"]);
  expect(lastOfEach([])).toEqual([]);
});

test("a place is new by the thread or an answer in it, also when the thread is resolved", () => {
  const comments = [
    said("1", { start: 0, end: 4 }),
    said("2", { threadId: "1", start: 0, end: 4, unread: true }),
    said("3", { start: 10, end: 14, resolvedAt: "2026-01-02T00:00:00Z", unread: true }),
    said("4", { start: 20, end: 24 }),
  ];
  const places = [mention("a", 0), mention("b", 10), mention("c", 20)];
  expect(newAt(threadsOf(comments), unseen(comments, new Set()), places).map(({ id }) => id)).toEqual(["a", "b"]);
});

test("what stands on a reading is not answered from elsewhere", () => {
  const threads = threadsOf([said("1", { start: 0, end: 4, reading: "copy" })]);
  expect(threads.map(isAnswerable)).toEqual([false]);
  expect(targetAt(threads, mention("a", 0))).toBe("place");
});
