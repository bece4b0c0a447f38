import { expect, test } from "vitest";
import { aheadOf, endOf, progressOf } from "@/preannotation/words.ts";
import { progressWords } from "@/ui/progressWords.ts";

const job = { done: 1280, failed: 0, state: "waiting" } as never;

test("what is ahead is said of one and of many", () => {
  expect(aheadOf("missing", 1)).toBe("1 document carries no suggestions of a model yet.");
  expect(aheadOf("outdated", 1200)).toBe("1,200 documents that nobody has begun carry suggestions of another version than the one in use.");
});

test("progress says what is known", () => {
  expect(progressOf(job)).toBe("Waiting for its turn.");
  expect(progressOf({ ...(job as object), progress: { total: 5000, documentsPerSecond: 0.4, secondsLeft: 9300 } } as never)).toBe(
    "1,280 of 5,000 documents, 1 a second, about 155 min left.",
  );
  expect(progressWords(0, 9, "documents", null, null)).toBe("0 of 9 documents.");
});

test("the end says what was not done, and why", () => {
  expect(endOf({ done: 7, failed: 0, state: "done" } as never)).toBe("Done: 7 documents marked up.");
  expect(endOf({ done: 1, failed: 2, state: "cancelled", errorCode: "document_done" } as never)).toBe(
    "Stopped: 1 document marked up. 2 documents could not be (document_done).",
  );
});
