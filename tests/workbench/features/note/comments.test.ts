import { expect, test } from "vitest";
import type { Comment, Mention } from "@/api/types.ts";
import { commented, draftKey, request, targetAt, threadsOf } from "@/features/note/comments.ts";

const said = (id: string, more: Partial<Comment> = {}): Comment => ({ id, text: id, author: "ana", at: "2026-01-01T00:00:00Z", ...more });
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
  expect(targetAt(threads, mention("b", 10))).toBe("mention");
  expect(targetAt(threads, undefined)).toBe("document");
});

test("what is sent names the thread, the mention or nothing", () => {
  expect(request("x", "mention", mention("a", 0))).toEqual({ text: "x", mentionId: "a" });
  expect(request("x", "document", mention("a", 0))).toEqual({ text: "x" });
  expect(request("x", "1", mention("a", 0))).toEqual({ text: "x", threadId: "1" });
});

test("drafts of two people or places do not meet", () => {
  const keys = [
    draftKey("ana", "d", "mention", mention("a", 0)),
    draftKey("ben", "d", "mention", mention("a", 0)),
    draftKey("ana", "d", "mention", mention("b", 0)),
    draftKey("ana", "d", "document", mention("a", 0)),
    draftKey("ana", "e", "mention", mention("a", 0)),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
