import { expect, test } from "vitest";
import { abandoned, readReopened } from "@/corrections/reopened.ts";

test("a document that some page still shows is nobody else's to complete", () => {
  const now = 1_000_000;
  const reopened = { shown: { revision: 3, shown: now - 25_000 }, closed: { revision: 4, shown: now - 90_000 }, clock: { revision: 5, shown: now + 90_000 } };
  expect(abandoned(reopened, now)).toEqual(["closed", "clock"]);
});

test("what was kept is read again, also from an earlier version, and rubbish is nothing", () => {
  const kept = { d: { revision: 3, shown: 7 } };
  expect(readReopened(JSON.stringify(kept))).toEqual(kept);
  expect(readReopened('{"d":3}')).toEqual({ d: { revision: 3, shown: 0 } });
  for (const rubbish of [null, "", "{", "null"]) expect(readReopened(rubbish)).toEqual({});
});
