import { expect, test } from "vitest";
import { progressOf } from "@/features/schema/progress.ts";

test("how far a change is, in words", () => {
  expect(progressOf({ progress: null } as never)).toBe("Waiting for its turn.");
  expect(progressOf({ progress: { phase: "planning", done: 0, total: 0 } } as never)).toBe("Looking for what changes.");
  expect(progressOf({ progress: { phase: "working", done: 240000, total: 1000000, rowsPerSecond: 60000.4, secondsLeft: 12.2 } } as never)).toBe(
    "240,000 of 1,000,000 changed, 60,000 a second, about 13 s left.",
  );
  expect(progressOf({ progress: { phase: "working", done: 0, total: 9 } } as never)).toBe("0 of 9 changed.");
});
