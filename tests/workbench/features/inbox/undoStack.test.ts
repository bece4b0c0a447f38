import { expect, test } from "vitest";
import { emptyStack, moved, pushed, readStack, type Undoable } from "@/features/inbox/undoStack.ts";

const step = (turn: number): Undoable[] => [{ documentId: "d", turn, from: null, to: "refill", revision: 1 }];

test("steps go back and forth in their order", () => {
  const both = pushed(pushed(emptyStack, step(1)), step(2));
  const back = moved(both, true);
  expect(back.step).toEqual(step(2));
  const backAgain = moved(back.stack, true);
  expect(backAgain.step).toEqual(step(1));
  expect(moved(backAgain.stack, true).step).toEqual([]);
  const forth = moved(backAgain.stack, false);
  expect(forth.step).toEqual(step(1));
  expect(moved(moved(forth.stack, false).stack, false)).toEqual({ stack: both, step: [] });
});

test("after another decision there is nothing to do again", () => {
  const back = moved(pushed(emptyStack, step(1)), true).stack;
  expect(moved(pushed(back, step(2)), false).step).toEqual([]);
});

test("what was kept is read again, also from an earlier version, and rubbish is nothing", () => {
  const stack = moved(pushed(pushed(emptyStack, step(1)), step(2)), true).stack;
  expect(readStack(JSON.stringify(stack))).toEqual(stack);
  expect(readStack(JSON.stringify([step(1)]))).toEqual({ done: [step(1)], undone: [] });
  for (const rubbish of [null, "", "{", "7", "{}", "null"]) expect(readStack(rubbish)).toEqual(emptyStack);
});

test("no more than five hundred are kept", () => {
  let stack = emptyStack;
  for (let i = 0; i < 510; i++) stack = pushed(stack, step(i));
  expect(stack.done.length).toBe(500);
  expect(stack.done[0]).toEqual(step(10));
});
