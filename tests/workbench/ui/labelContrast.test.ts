import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrastWarnings, labelContrast, themes } from "@/ui/contrast.ts";
import { labelColours } from "@/ui/labelColours.ts";

test("the figures are those of the style sheet", () => {
  const css = readFileSync(`${process.cwd()}/src/ui/style.css`, "utf8");
  for (const [name, selector] of [["light", ":root {"], ["dark", ':root[data-theme="dark"]']] as const) {
    const block = css.slice(css.indexOf(selector), css.indexOf("}", css.indexOf(selector)));
    const { surface, ink, tint, purity } = themes[name];
    expect(block).toContain(`--surface: ${surface};`);
    expect(block).toContain(`--ink: ${ink};`);
    expect(block).toContain(`--tint: ${Math.round(tint * 100)}%;`);
    expect(block).toContain(`--label-purity: ${Math.round(purity * 100)}%;`);
  }
});

test("a grey is mixed as the browser mixes it, and extremes are what they are", () => {
  expect(labelContrast("#ffffff", "light").line).toBeCloseTo(1, 5);
  expect(labelContrast("#000000", "light").line).toBeCloseTo(21, 5);
  // In dark, white stays white: 1.05 / (L + 0.05) of the surface.
  expect(labelContrast("#ffffff", "dark").line).toBeGreaterThan(15);
  expect(labelContrast("#000000", "dark").line).toBeGreaterThan(1);
});

test("colours that cannot be seen are warned about, those of the house never", () => {
  expect(contrastWarnings("#ffff00")).toEqual([expect.stringContaining("its line is hard to see in the light theme")]);
  expect(contrastWarnings("#f5f5dc").length).toBeGreaterThan(0);
  expect(contrastWarnings("no colour")).toEqual([]);
  const names = Array.from({ length: 12 }, (_, index) => ({ name: `L${index}` }));
  const colourOf = labelColours(names);
  expect(names.flatMap(({ name }) => contrastWarnings(colourOf(name)).map((warning) => `${colourOf(name)} ${warning}`))).toEqual([]);
});
