import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(`${process.cwd()}/src/ui/style.css`, "utf8");

function theme(selector: string): Map<string, string> {
  const start = css.indexOf(selector);
  const block = css.slice(start, css.indexOf("}", start));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

// WCAG 2.2, 1.4.3 (text) and 1.4.11 (what a control is made of).
const text: [string, string][] = [
  ...["page", "surface", "raised", "sunk"].flatMap((ground): [string, string][] => [["ink", ground], ["muted", ground]]),
  ["accent", "surface"], ["accent", "page"], ["accent", "accent-soft"], ["accent-ink", "accent"], ["ink", "accent-soft"], ["ink", "select"], ["muted", "accent-soft"],
  ["good", "good-soft"], ["bad", "bad-soft"], ["warn", "warn-soft"], ["bad", "surface"], ["good", "surface"],
];
const parts: [string, string][] = [["focus", "page"], ["focus", "surface"], ["focus", "raised"], ["line-strong", "surface"], ["line-strong", "raised"], ["line-strong", "page"]];

test.each([":root {", ':root[data-theme="dark"]'])("%s", (selector) => {
  const colours = theme(selector);
  const short = (pairs: [string, string][], least: number) =>
    pairs
      .map(([ink, ground]) => ({ ink, ground, ratio: contrast(colours.get(ink)!, colours.get(ground)!) }))
      .filter((pair) => !(pair.ratio >= least));
  expect(short(text, 4.5)).toEqual([]);
  expect(short(parts, 3)).toEqual([]);
});
