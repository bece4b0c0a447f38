// What is known of a run while it goes on: the curve so far, and words for rate and time left. Pure.

import type { TrainingProgress } from "../../api/types.ts";

export interface CurvePoint {
  /** Steps since the run was first watched; reports come at their own pace. */
  at: number;
  value: number;
}

export interface Curve {
  loss: CurvePoint[];
  dev: CurvePoint[];
  reports: number;
}

export const emptyCurve: Curve = { loss: [], dev: [], reports: 0 };

const mostPoints = 600;

export function extend(curve: Curve, progress: TrainingProgress): Curve {
  const at = curve.reports + 1;
  const add = (points: CurvePoint[], value: number | null | undefined) =>
    typeof value === "number" && Number.isFinite(value) ? thin([...points, { at, value }]) : points;
  return { loss: add(curve.loss, progress.loss), dev: add(curve.dev, progress.devScore), reports: at };
}

/** Half of the points tell as much of a long curve. */
function thin(points: CurvePoint[]): CurvePoint[] {
  return points.length <= mostPoints ? points : points.filter((_, index) => index % 2 === 0 || index === points.length - 1);
}

/** An SVG path through the points, scaled to the box; y grows upwards. */
export function pathOf(points: readonly CurvePoint[], box: { width: number; height: number }, reports: number): string {
  if (points.length === 0) return "";
  const values = points.map((point) => point.value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return points
    .map((point, index) => {
      const x = (point.at / Math.max(1, reports)) * box.width;
      const y = box.height - ((point.value - low) / span) * box.height;
      return `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join(" ");
}

export function duration(total: number): string {
  if (total < 60) return `${Math.round(total)} s`;
  if (total < 3600) return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
  return `${Math.floor(total / 3600)} h ${Math.round((total % 3600) / 60)} min`;
}

export function rate(progress: TrainingProgress): string {
  const value = progress.perSecond;
  if (!value) return "";
  const digits = value >= 100 ? value.toFixed(0) : value.toPrecision(2);
  return `${Number(digits).toLocaleString("en")} ${progress.unit}/s`;
}
