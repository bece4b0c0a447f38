import { RowName } from "./IntervalRows.tsx";
import { Mark, Readout, useMarks } from "./marks.tsx";
import { linear, swarm, ticks } from "./scale.ts";

export interface BoxRow {
  name: string;
  lowest: number;
  lowerQuartile: number;
  median: number;
  upperQuartile: number;
  highest: number;
  dots: readonly number[];
  /** The values in words. */
  label: string;
}

const width = 560;
const gutter = 168;
const rowHeight = 44;
const top = 22;

/** Quartiles as a box, the extremes as whiskers, and what they are made of as dots. */
export function BoxRows(props: { name: string; rows: readonly BoxRow[]; unit: { name: string; size: number } }) {
  const marks = useMarks(props.rows.length);
  const { name: unit, size } = props.unit;
  const scale = ticks(0, Math.max(...props.rows.map((row) => row.highest)) / size, 5).map((tick) => tick * size);
  const x = linear([0, scale.at(-1)!], [gutter + 8, width - 24]);
  const height = top + props.rows.length * rowHeight + 4;
  return (
    <>
      <svg className="chart plot" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={props.name}>
        {scale.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={x(tick)} x2={x(tick)} y1={top - 4} y2={height - 4} />
            <text x={x(tick)} y={12} textAnchor="middle">
              {tick === 0 ? "0" : `${Number((tick / size).toPrecision(3))} ${unit}`}
            </text>
          </g>
        ))}
        {props.rows.map((row, index) => {
          const y = top + (index + 0.5) * rowHeight;
          const aside = swarm(row.dots.map(x), 5, 3);
          return (
            <g key={row.name}>
              <RowName name={row.name} x={gutter} y={y + 4} />
              <Mark marks={marks} index={index} label={row.label}>
                <rect className="hit" x={x(0)} y={y - rowHeight / 2} width={width - 24 - x(0)} height={rowHeight} />
                <line className="whisker series-0" x1={x(row.lowest)} x2={x(row.highest)} y1={y} y2={y} />
                <rect
                  className="box-quartiles"
                  x={x(row.lowerQuartile)}
                  y={y - 11}
                  width={Math.max(1, x(row.upperQuartile) - x(row.lowerQuartile))}
                  height={22}
                />
                {row.dots.map((dot, place) => (
                  <circle key={place} className="small-dot" cx={x(dot)} cy={y + aside[place]!} r={2.2} />
                ))}
                <line className="median" x1={x(row.median)} x2={x(row.median)} y1={y - 13} y2={y + 13} />
              </Mark>
            </g>
          );
        })}
      </svg>
      <Readout marks={marks} labels={props.rows.map((row) => row.label)} />
    </>
  );
}
