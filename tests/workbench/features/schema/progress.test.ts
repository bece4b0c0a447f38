import { expect, test } from "vitest";
import { endOf, progressOf } from "@/features/schema/progress.ts";

test("how far a change is, in words", () => {
  expect(progressOf({ progress: null } as never)).toBe("Waiting for its turn.");
  expect(progressOf({ progress: { phase: "planning", done: 0, total: 0 } } as never)).toBe("Looking for what changes.");
  expect(progressOf({ progress: { phase: "working", done: 240000, total: 1000000, rowsPerSecond: 60000.4, secondsLeft: 12.2 } } as never)).toBe(
    "240,000 of 1,000,000 changed, 60,000 a second, about 13 s left.",
  );
  expect(progressOf({ progress: { phase: "working", done: 0, total: 9 } } as never)).toBe("0 of 9 changed.");
});

test("how a change ended, in words", () => {
  const change = { kind: "rename", from: ["PROBLEM"], to: "FINDING" };
  const effect = { mentions: 1200, details: 0, relations: 3, documents: 1, version: 4 };
  expect(endOf({ state: "done", change, effect } as never)).toBe("Done: PROBLEM renamed to FINDING; 1,200 mentions in 1 document. Version 4.");
  expect(endOf({ state: "done", change: { ...change, part: "relation" }, effect } as never)).toBe(
    "Done: relation type: PROBLEM renamed to FINDING; 3 relations in 1 document. Version 4.",
  );
  expect(endOf({ state: "cancelled", change } as never)).toBe("Stopped: PROBLEM renamed to FINDING. Nothing of it is stored.");
  expect(endOf({ state: "refused", change, errorReason: "the schema is at version 5: look at it again" } as never)).toBe(
    "Refused: PROBLEM renamed to FINDING; the schema is at version 5: look at it again. Nothing of it is stored.",
  );
});
