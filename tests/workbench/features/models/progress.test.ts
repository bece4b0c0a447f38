import { expect, test } from "vitest";
import { duration, emptyCurve, extend, pathOf, rate } from "@/features/models/progress.ts";

const report = { phase: "training", done: 1, total: 10, unit: "documents", perSecond: 213.44, epoch: 0 };

test("durations and rates in words", () => {
  expect(duration(42)).toBe("42 s");
  expect(duration(200)).toBe("3 min 20 s");
  expect(duration(7300)).toBe("2 h 2 min");
  expect(rate(report)).toBe("213 documents/s");
  expect(rate({ ...report, perSecond: 0 })).toBe("");
});

test("the curve keeps what a report has, and stays small", () => {
  let curve = extend(emptyCurve, { ...report, loss: 2 });
  curve = extend(curve, { ...report, devScore: 0.5 });
  expect([curve.loss.length, curve.dev.length, curve.reports]).toEqual([1, 1, 2]);
  for (let index = 0; index < 5000; index++) curve = extend(curve, { ...report, loss: 1 / (index + 1) });
  expect(curve.loss.length).toBeLessThanOrEqual(601);
  expect(curve.loss.at(-1)!.at).toBe(curve.reports);
});

test("the path spans the box, high values on top", () => {
  const box = { width: 100, height: 50 };
  expect(pathOf([{ at: 1, value: 0 }, { at: 2, value: 1 }], box, 2)).toBe("M50.0 50.0 L100.0 0.0");
  expect(pathOf([], box, 0)).toBe("");
});
