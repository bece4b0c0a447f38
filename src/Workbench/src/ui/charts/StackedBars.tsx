import { Legend } from "./Figure.tsx";
import { RowName, startsOf } from "./IntervalRows.tsx";
import { Mark, Readout, useMarks } from "./marks.tsx";
import { linear, stack } from "./scale.ts";

export interface BarPart {
  /** Place in the list of series. */
  series: number;
  value: number;
  /** The value in words. */
  label: string;
}

export interface BarRow {
  name: string;
  parts: readonly BarPart[];
  /** Stands behind the bar. */
  remark?: string;
}

export interface BarSeries {
  name: string;
  /** Of the style sheet; how the part is filled. */
  fill: string;
}

const width = 560;
const gutter = 168;
const remarks = 62;
const rowHeight = 26;

/** Parts of a whole, row by row: as shares, or all rows to one measure. */
export function StackedBars(props: { name: string; rows: readonly BarRow[]; series: readonly BarSeries[]; shares?: boolean }) {
  const rows = props.rows.map((row) => ({ ...row, parts: row.parts.filter((part) => part.value > 0) }));
  const all = rows.flatMap((row) => row.parts);
  const marks = useMarks(all.length);
  const totals = rows.map((row) => row.parts.reduce((sum, part) => sum + part.value, 0));
  const most = Math.max(1, ...totals);
  const starts = startsOf(rows.map((row) => row.parts.length));
  const height = rows.length * rowHeight + 6;
  const x = linear([0, 1], [gutter + 8, width - remarks]);

  return (
    <>
      <Legend
        entries={props.series.map((series) => ({
          name: series.name,
          sign: <rect className={`part ${series.fill}`} x={1} y={1} width={12} height={10} />,
        }))}
      />
      <svg className="chart plot" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={props.name}>
        {rows.map((row, index) => {
          const y = index * rowHeight + 4;
          const places = stack(row.parts.map((part) => part.value), props.shares ? totals[index]! : most);
          return (
            <g key={row.name}>
              <RowName name={row.name} x={gutter} y={y + 14} />
              <line className="axis" x1={x(0)} x2={x(0)} y1={y - 2} y2={y + 20} />
              {row.parts.map((part, place) => {
                const [from, to] = places[place]!;
                return (
                  <Mark key={part.series} marks={marks} index={starts[index]! + place} label={part.label}>
                    <rect
                      className={`part ${props.series[part.series]!.fill}`}
                      x={x(from) + 0.75}
                      y={y}
                      width={Math.max(1.5, x(to) - x(from) - 1.5)}
                      height={18}
                    />
                  </Mark>
                );
              })}
              {row.remark && (
                <text className="remark" x={width - remarks + 6} y={y + 14}>
                  {row.remark}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <Readout marks={marks} labels={all.map((part) => part.label)} />
    </>
  );
}
