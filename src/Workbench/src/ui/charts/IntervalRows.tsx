import { Legend } from "./Figure.tsx";
import { Mark, Readout, useMarks } from "./marks.tsx";
import { linear, shapePath, shapes, ticks } from "./scale.ts";

export interface IntervalPoint {
  /** Place in the list of series. */
  series: number;
  value: number;
  low?: number | null | undefined;
  high?: number | null | undefined;
  /** The value in words. */
  label: string;
  /** Too little is behind it: drawn hollow. */
  faint?: boolean;
}

export interface IntervalRow {
  name: string;
  points: readonly IntervalPoint[];
}

const width = 560;
const gutter = 168;
const top = 22;
const lane = 13;

export const seriesClass = (series: number) => `series-${series % shapes.length}`;
export const shapeOf = (series: number) => shapes[series % shapes.length]!;

/** A dot with its interval for each row and series, shares from 0 to 1. */
export function IntervalRows(props: { name: string; rows: readonly IntervalRow[]; series: readonly string[] }) {
  const all = props.rows.flatMap((row) => row.points);
  const marks = useMarks(all.length);
  const lanes = Math.max(1, props.series.length);
  const rowHeight = Math.max(24, lanes * lane + 8);
  const height = top + props.rows.length * rowHeight + 6;
  // Dots say where, not how much: the scale need not begin at 0.
  const scale = ticks(Math.min(0.8, ...all.map((point) => point.low ?? point.value)), 1, 5).filter((tick) => tick <= 1);
  const x = linear([scale[0]!, 1], [gutter + 8, width - 14]);
  const starts = startsOf(props.rows.map((row) => row.points.length));

  return (
    <>
      {props.series.length > 1 && (
        <Legend
          entries={props.series.map((name, series) => ({
            name,
            sign: <path className={`dot ${seriesClass(series)}`} d={shapePath(shapeOf(series), { x: 7, y: 6 }, 4)} />,
          }))}
        />
      )}
      <svg className="chart plot" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={props.name}>
        {scale.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={x(tick)} x2={x(tick)} y1={top - 4} y2={height - 4} />
            <text x={x(tick)} y={12} textAnchor="middle">
              {Math.round(tick * 100)}
            </text>
          </g>
        ))}
        {props.rows.map((row, index) => {
          const middle = top + (index + 0.5) * rowHeight;
          return (
            <g key={row.name}>
              <RowName name={row.name} x={gutter} y={middle + 4} />
              {row.points.map((point, place) => {
                const y = middle + (point.series - (lanes - 1) / 2) * lane;
                return (
                  <Mark key={point.series} marks={marks} index={starts[index]! + place} label={point.label}>
                    <rect className="hit" x={gutter + 4} y={y - lane / 2} width={width - 10 - gutter} height={lane} />
                    {point.low != null && point.high != null && (
                      <line className={`whisker ${seriesClass(point.series)}`} x1={x(point.low)} x2={x(point.high)} y1={y} y2={y} />
                    )}
                    <path
                      className={`dot ${point.faint ? "hollow " : ""}${seriesClass(point.series)}`}
                      d={shapePath(shapeOf(point.series), { x: x(point.value), y }, 4.5)}
                    />
                  </Mark>
                );
              })}
            </g>
          );
        })}
      </svg>
      <Readout marks={marks} labels={all.map((point) => point.label)} />
    </>
  );
}

/** Where the marks of each row begin when all are counted through. */
export function startsOf(lengths: readonly number[]): number[] {
  let next = 0;
  return lengths.map((length) => {
    const start = next;
    next += length;
    return start;
  });
}

const longest = 24;

/** The name of a row at the left; a long one is cut, and whole in its title. */
export const RowName = (props: { name: string; x: number; y: number }) => (
  <text className="row-name" x={props.x} y={props.y} textAnchor="end">
    {props.name.length > longest ? `${props.name.slice(0, longest - 1)}…` : props.name}
    {props.name.length > longest && <title>{props.name}</title>}
  </text>
);
