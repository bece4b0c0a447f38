import { expect, test } from "vitest";
import { identifyingLabels, veiled } from "@/features/note/identity.ts";

const labels = identifyingLabels([{ name: "NAME" }, { name: "PROBLEM" }]);

test("names become dots and everything else stays at its offset", () => {
  const text = "👩 Anna\r\nBerg has cafe\u0301 pain.";
  const at = (words: string) => ({ start: text.indexOf(words), end: text.indexOf(words) + words.length });
  const seen = veiled(
    text,
    [
      { ...at("pain"), label: "PROBLEM" },
      { start: at("Anna").start, end: at("Berg").end, label: "NAME", fragments: [at("Anna"), at("Berg")] },
      { ...at("Ann"), label: "NAME" },
    ],
    labels,
  );
  expect(seen).toBe("👩 ••••\r\n•••• has cafe\u0301 pain.");
  expect(seen.length).toBe(text.length);
});

test("marks that overlap or stand in no order hide all that any of them hides", () => {
  expect(
    veiled(
      "abcdefgh",
      [
        { start: 4, end: 6, label: "NAME" },
        { start: 1, end: 5, label: "NAME" },
        { start: 2, end: 3, label: "NAME" },
      ],
      labels,
    ),
  ).toBe("a•••••gh");
});
