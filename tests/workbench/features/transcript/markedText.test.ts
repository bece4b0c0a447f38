import { expect, test } from "vitest";
import type { Mention } from "@/api/types.ts";
import { stretches } from "@/features/transcript/MarkedText.tsx";
import { turnPlaces } from "@/text/turnPlaces.ts";

const mention = (id: string, start: number, end: number, more: Partial<Mention> = {}): Mention => ({ id, start, end, label: id, state: "added", ...more });

test("turns stand one after the other, a line feed between them, by UTF-16 code units", () => {
  const turns = [{ text: "hi 😀" }, { text: "" }, { text: "a\r\nb" }];
  const places = turnPlaces(turns);
  const text = turns.map((turn) => turn.text).join("\n");
  expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(turns.map((turn) => turn.text));
});

test("words are cut at every edge, and nothing of a turn is lost or shown twice", () => {
  const place = { start: 10, end: 30 };
  const all = [mention("A", 12, 20), mention("B", 15, 18), mention("C", 16, 25), mention("outside", 28, 33)];
  const cut = stretches(place, all);
  expect(cut[0]!.start).toBe(10);
  expect(cut.at(-1)!.end).toBe(30);
  cut.slice(1).forEach((stretch, index) => expect(stretch.start).toBe(cut[index]!.end));
  const covering = (at: number) => cut.find(({ start, end }) => start <= at && at < end)!.covering.map(({ id }) => id).sort().join("");
  expect([11, 13, 15, 17, 19, 24, 29].map(covering)).toEqual(["", "A", "AB", "ABC", "AC", "C", ""]);
});

test("between the pieces of a mention nothing is marked", () => {
  const pieces = mention("P", 0, 9, { fragments: [{ start: 0, end: 3 }, { start: 6, end: 9 }] as NonNullable<Mention["fragments"]> });
  expect(stretches({ start: 0, end: 10 }, [pieces]).map(({ covering }) => covering.length)).toEqual([1, 0, 1, 0]);
});
