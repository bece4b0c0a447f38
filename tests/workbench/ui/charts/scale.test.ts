import { describe, expect, test } from "vitest";
import { bandPath, linear, linePath, shapePath, shapes, stack, swarm, ticks } from "@/ui/charts/scale.ts";

test("a domain is laid on a range, backwards too", () => {
  const y = linear([0, 1], [200, 0]);
  expect([y(0), y(0.25), y(1)]).toEqual([200, 150, 0]);
  expect(linear([3, 3], [0, 10])(3)).toBe(5);
});

describe("ticks", () => {
  test.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.42, 0.78, 5, [0.4, 0.5, 0.6, 0.7, 0.8]],
    [0, 73, 5, [0, 20, 40, 60, 80]],
    [0, 4, 5, [0, 1, 2, 3, 4]],
  ])("from %d to %d", (low, high, wanted, expected) => {
    expect(ticks(low, high, wanted)).toEqual(expected);
  });

  test("hold whatever they are asked to hold, and are not too many", () => {
    for (let exponent = -6; exponent < 7; exponent++) {
      for (const [low, high] of [[0, 1], [1.3, 9.7], [5, 5], [0.99, 1]] as const) {
        const all = ticks(low * 10 ** exponent, high * 10 ** exponent);
        expect(all[0]! <= low * 10 ** exponent * (1 + 1e-9) && all.at(-1)! >= high * 10 ** exponent * (1 - 1e-9)).toBe(true);
        expect(all.length).toBeGreaterThan(0);
        expect(all.length).toBeLessThanOrEqual(8);
      }
    }
  });
});

test("lines and the areas around them", () => {
  expect(linePath([{ x: 0, y: 1 }, { x: 2, y: 3.25 }])).toBe("M0.0 1.0 L2.0 3.3");
  expect(linePath([])).toBe("");
  expect(bandPath([{ x: 0, low: 5, high: 1 }, { x: 4, low: 6, high: 2 }])).toBe("M0.0 1.0 L4.0 2.0 L4.0 6.0 L0.0 5.0 Z");
  expect(bandPath([{ x: 0, low: 5, high: 1 }])).toBe("");
});

test("parts are laid end to end and fill the whole", () => {
  expect(stack([1, 0, 3], 4)).toEqual([[0, 0.25], [0.25, 0.25], [0.25, 1]]);
  expect(stack([1], 0)).toEqual([[0, 0]]);
});

test("dots that would cover each other move aside", () => {
  expect(swarm([0, 10, 20], 5, 2)).toEqual([0, 0, 0]);
  expect(swarm([1, 1, 1, 1, 1], 5, 2)).toEqual([0, 5, -5, 10, -10]);
  expect(swarm([20, 1, 2], 5, 1)).toEqual([0, 0, 5]);
});

test("every shape is a closed path around its point", () => {
  for (const shape of shapes) expect(shapePath(shape, { x: 10, y: 10 }, 4)).toMatch(/^M.* Z$/);
  expect(new Set(shapes.map((shape) => shapePath(shape, { x: 0, y: 0 }, 4))).size).toBe(shapes.length);
});
