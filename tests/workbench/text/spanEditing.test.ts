import { describe, expect, test } from "vitest";
import { moveEdge, moveSelection, selectedSpan, snapToTokens, trimSelection } from "@/text/spanEditing.ts";
import { isGraphemeEdge, nextGrapheme, previousGrapheme, tokenize, type Span } from "@/text/tokens.ts";

const family = "👩‍⚕️";
const flag = "🇩🇪";
const accent = "e\u0301"; // e with a combining acute
const text = `Dx: ${family} caf${accent} au lait spots,\r\nASA 81mg q.d. 😀😀 ${flag} end\uFFFC.`;
const tokens = tokenize(text);
const words = { text, tokens };
const surface = (span: Span | undefined) => span && text.slice(span.start, span.end);
const of = (part: string): Span => {
  const start = text.indexOf(part);
  expect(start).toBeGreaterThanOrEqual(0);
  return { start, end: start + part.length };
};

describe("tokens", () => {
  test("reproduce the text between white space and never cut a visible character", () => {
    expect(tokens.map(surface)).toEqual([
      "Dx", ":", family, `caf${accent}`, "au", "lait", "spots", ",", "ASA", "81", "mg", "q.d.", "😀", "😀", flag, "end", "\uFFFC", ".",
    ]);
    for (const token of tokens) {
      expect(isGraphemeEdge(text, token.start)).toBe(true);
      expect(isGraphemeEdge(text, token.end)).toBe(true);
    }
  });

  test.each([
    ["2.5mg, 1,000 units 120/80", "2.5|mg|,|1,000|units|120|/|80"],
    ["HbA1c T12 b/p alpha-methyldopa", "HbA1c|T12|b|/|p|alpha|-|methyldopa"],
    ["q.i.d. p.o., i.v. J.Smith end.", "q.i.d.|p.o.|,|i.v.|J|.|Smith|end|."],
    ["Crohn's the patient’s", "Crohn|'s|the|patient|’s"],
  ])("%s", (line, expected) => {
    expect(tokenize(line).map((token) => line.slice(token.start, token.end)).join("|")).toBe(expected);
  });

  test("a million characters are cut into tokens in well under a second", () => {
    const long = "Patient takes metformin 500 mg b.i.d. for diabetes.\n".repeat(20_000);
    const start = performance.now();
    expect(tokenize(long).length).toBeGreaterThan(150_000);
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

describe("characters", () => {
  test("stepping forward through the whole text visits every visible character once, CR-LF as one", () => {
    const seen: string[] = [];
    for (let offset = 0; offset < text.length; ) {
      const next = nextGrapheme(text, offset);
      seen.push(text.slice(offset, next));
      offset = next;
    }
    expect(seen.join("")).toBe(text);
    expect(seen).toContain("\r\n");
    expect(seen).toContain(family);
    expect(seen).toContain(flag);
    expect(seen).toContain(accent);
  });

  test("stepping back visits the same", () => {
    const forward: number[] = [];
    for (let offset = 0; offset < text.length; offset = nextGrapheme(text, offset)) forward.push(offset);
    const back: number[] = [];
    for (let offset = text.length; offset > 0; ) back.unshift((offset = previousGrapheme(text, offset)));
    expect(back).toEqual(forward);
  });
});

describe("moving an edge", () => {
  test.each([
    ["left", "back", "token", "lait", "au lait"],
    ["left", "forward", "token", "au lait", "lait"],
    ["right", "forward", "token", "au", "au lait"],
    ["right", "back", "token", "au lait", "au"],
    ["left", "back", "token", "au", `caf${accent} au`],
    ["left", "back", "token", `caf${accent}`, `${family} caf${accent}`],
    ["right", "forward", "token", "spots", "spots,"],
    ["right", "forward", "token", ",", `,\r\nASA`],
    ["right", "forward", "token", "mg", "mg q.d."],
    ["right", "forward", "token", "q.d.", "q.d. 😀"],
    ["right", "back", "token", "😀😀", "😀"],
    ["left", "forward", "character", "spots", "pots"],
    ["right", "back", "character", `caf${accent}`, "caf"],
    ["right", "forward", "character", "caf", `caf${accent}`],
    ["right", "forward", "character", ",", ",\r\n"],
    ["left", "back", "token", "afé".normalize("NFD"), `caf${accent}`],
    ["left", "forward", "token", "ait spots", "spots"],
    ["right", "forward", "token", "la", "lait"],
    ["right", "back", "token", "au la", "au"],
  ] as const)("%s %s by %s: %s → %s", (edge, direction, step, before, after) => {
    expect(surface(moveEdge(words, of(before), edge, direction, step))).toBe(after);
  });

  test("a span never becomes empty or leaves the text", () => {
    expect(surface(moveEdge(words, of("Dx"), "left", "back", "token"))).toBe("Dx");
    expect(surface(moveEdge(words, of("Dx"), "right", "back", "token"))).toBe("Dx");
    expect(surface(moveEdge(words, of("Dx"), "left", "forward", "token"))).toBe("Dx");
    const last = { start: text.length - 1, end: text.length };
    expect(moveEdge(words, last, "right", "forward", "token")).toEqual(last);
    expect(moveEdge(words, last, "right", "forward", "character")).toEqual(last);
  });
});

describe("selecting", () => {
  test("what is dragged over half is taken whole", () => {
    const from = text.indexOf("t spots") - 1;
    expect(surface(snapToTokens(tokens, from, from + 5))).toBe("lait spots");
    expect(surface(snapToTokens(tokens, from + 5, from))).toBe("lait spots");
    expect(surface(snapToTokens(tokens, of("😀").start + 1, of("😀").start + 2))).toBe("😀");
    const gap = text.indexOf(" au");
    expect(snapToTokens(tokens, gap, gap + 1)).toBeUndefined();
    expect(snapToTokens(tokens, text.length, text.length)).toBeUndefined();
  });

  test("an exact selection loses the white space at its ends and keeps characters whole", () => {
    const start = text.indexOf(" lait");
    expect(surface(trimSelection(text, start, start + 6))).toBe("lait");
    const face = text.indexOf("😀");
    expect(surface(trimSelection(text, face + 1, face + 2))).toBe("😀");
    expect(trimSelection(text, text.indexOf("\r\n"), text.indexOf("\r\n") + 2)).toBeUndefined();
  });

  test("by keys: arrows move, shift extends, both ways", () => {
    const first = tokens.findIndex((token) => surface(token) === "au");
    let selection = { anchor: first, head: first };
    selection = moveSelection(tokens, selection, 1, true);
    expect(surface(selectedSpan(tokens, selection))).toBe("au lait");
    selection = moveSelection(tokens, selection, -2, true);
    expect(surface(selectedSpan(tokens, selection))).toBe(`caf${accent} au`);
    selection = moveSelection(tokens, selection, 1, false);
    expect(surface(selectedSpan(tokens, selection))).toBe("au");
    expect(moveSelection(tokens, selection, -1000, false).head).toBe(0);
    expect(moveSelection(tokens, selection, 1000, false).head).toBe(tokens.length - 1);
  });
});
