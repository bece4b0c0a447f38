import { expect, test } from "vitest";
import type { Mention } from "@/api/types.ts";
import * as pieces from "@/features/note/pieces.ts";
import { overlapping } from "@/features/note/walk.ts";
import { tokenize } from "@/text/tokens.ts";

const text = "left 😀 and right knee pain";
const words = { text, tokens: tokenize(text) };
const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
const knee: Mention = { id: "k", ...at("knee pain"), label: "PROBLEM", state: "added" };
const both: Mention = { ...knee, start: 0, end: text.length, fragments: [at("left"), at("knee pain")] };
const change = (decision: ReturnType<typeof pieces.addPiece>) => ("changes" in decision ? decision.changes[0] : decision);

test("a piece before or behind is joined to the mention, and its words are those of the pieces", () => {
  expect(change(pieces.addPiece([knee], knee, at("left")))).toEqual({
    action: "resize",
    mentionId: "k",
    start: 0,
    end: text.length,
    fragments: [at("left"), at("knee pain")],
  });
  expect(pieces.wordsOfPieces(text, both)).toBe("left … knee pain");
  expect(pieces.wordsOfPieces(text, knee)).toBe("knee pain");
});

test("pieces that touch or overlap become one, and then the mention has no pieces", () => {
  expect(pieces.placeOf([at("knee"), at("knee pain")])).toEqual(at("knee pain"));
  expect(pieces.placeOf([{ start: 5, end: 9 }, { start: 0, end: 5 }])).toEqual({ start: 0, end: 9 });
  expect(change(pieces.addPiece([knee], knee, at("pain")))).toHaveProperty("refused");
});

test("a piece is taken away, and the last one never", () => {
  expect(change(pieces.removePiece([both], both, 0))).toEqual({ action: "resize", mentionId: "k", ...at("knee pain") });
  expect(change(pieces.removePiece([knee], knee, 0))).toHaveProperty("refused");
});

test("the edges that move are those of one piece", () => {
  const wider = pieces.movedPiece(words, both, 0, "right", "forward", "token");
  expect(text.slice(wider.start, wider.end)).toBe("left 😀");
  expect(change(pieces.replacePiece([both], both, 0, wider))).toMatchObject({ fragments: [wider, at("knee pain")] });
  expect([0, 3, 4, 12, 999].map((offset) => pieces.pieceAt(both, offset))).toEqual([0, 0, 1, 1, 1]);
});

test("another mention of the label is refused only where all pieces are the same", () => {
  const twin: Mention = { ...both, id: "twin" };
  expect(change(pieces.addPiece([knee, twin], knee, at("left")))).toHaveProperty("refused");
  expect(change(pieces.addPiece([knee, { ...twin, fragments: null }], knee, at("left")))).toHaveProperty("action");
});

test("what overlaps a mention is found, wherever it begins", () => {
  const left: Mention = { ...knee, id: "l", ...at("left") };
  expect(overlapping([left, both, knee], both).map(({ id }) => id)).toEqual(["l", "k", "k"]);
  expect(overlapping([left, both, knee], left)).toEqual([left, both]);
});
