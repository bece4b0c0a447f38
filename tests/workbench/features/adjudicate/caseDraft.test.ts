import { expect, test } from "vitest";
import { readDraft, type CaseDraft } from "@/features/adjudicate/caseDraft.ts";

const draft: CaseDraft = { basis: "b1", choices: [["group 1", { take: ["ana"] }]] };

test("a kept draft is read for the readings it was made of, and for no others", () => {
  expect(readDraft(JSON.stringify(draft), "b1")).toEqual(draft);
  expect(readDraft(JSON.stringify(draft), "b2")).toBeUndefined();
  for (const rubbish of [null, "", "{", "7", "{}", '{"basis":"b1"}']) expect(readDraft(rubbish, "b1")).toBeUndefined();
});
