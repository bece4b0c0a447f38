// Where marks stand. Pure.

export type Range = readonly [from: number, to: number];

/** Maps a domain onto a range; a domain without extent lies in the middle. */
export function linear([from, to]: Range, [start, end]: Range): (value: number) => number {
  return (value) => (to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start));
}

/** Round numbers (1, 2 or 5 times a power of ten) from at or below `low` to at or above `high`. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

export interface Point {
  x: number;
  y: number;
}

const at = (value: number) => value.toFixed(1);

export const linePath = (points: readonly Point[]): string =>
  points.map((point, index) => `${index === 0 ? "M" : "L"}${at(point.x)} ${at(point.y)}`).join(" ");

/** The area between the upper and the lower ends. */
export function bandPath(points: readonly { x: number; low: number; high: number }[]): string {
  if (points.length < 2) return "";
  const upper = points.map((point) => ({ x: point.x, y: point.high }));
  const lower = points.map((point) => ({ x: point.x, y: point.low })).reverse();
  return `${linePath([...upper, ...lower])} Z`;
}

/** Parts laid end to end, as shares of `total`. */
export function stack(values: readonly number[], total: number): Range[] {
  let reached = 0;
  return values.map((value) => {
    const from = reached;
    reached += total > 0 ? value / total : 0;
    return [from, reached] as const;
  });
}

/** How far each dot moves aside so that none covers another: 0, 1, -1, 2, … rows of `diameter`, at most `most` of them. */
export function swarm(places: readonly number[], diameter: number, most: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  const lanes = Array.from({ length: 2 * most + 1 }, (_, turn) => (turn % 2 === 1 ? (turn + 1) / 2 : -turn / 2) || 0);
  const taken = new Map<number, number>();
  const result = new Array<number>(places.length).fill(0);
  for (const { place, index } of order) {
    const lane = lanes.find((candidate) => place - (taken.get(candidate) ?? -Infinity) >= diameter) ?? 0;
    taken.set(lane, place);
    result[index] = lane * diameter;
  }
  return result;
}

export type Shape = "circle" | "square" | "triangle" | "diamond";

export const shapes: readonly Shape[] = ["circle", "square", "triangle", "diamond"];

/** Series are told apart by shape as well as by colour. */
export function shapePath(shape: Shape, { x, y }: Point, radius: number): string {
  const r = radius;
  switch (shape) {
    case "circle":
      return `M${at(x - r)} ${at(y)} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0 Z`;
    case "square":
      return `M${at(x - r)} ${at(y - r)} h${2 * r} v${2 * r} h${-2 * r} Z`;
    case "triangle":
      return `M${at(x)} ${at(y - r * 1.2)} L${at(x + r * 1.1)} ${at(y + r * 0.9)} L${at(x - r * 1.1)} ${at(y + r * 0.9)} Z`;
    case "diamond":
      return `M${at(x)} ${at(y - r * 1.3)} L${at(x + r * 1.3)} ${at(y)} L${at(x)} ${at(y + r * 1.3)} L${at(x - r * 1.3)} ${at(y)} Z`;
  }
}
