import { Mark, Readout, useMarks } from "./marks.tsx";
import { bandPath, linear, linePath, shapePath, ticks } from "./scale.ts";

export interface LinePoint {
  x: number;
  y: number;
  low?: number | null | undefined;
  high?: number | null | undefined;
  /** The value in words. */
  label: string;
  /** Drawn hollow and left out of the line. */
  aside?: boolean;
}

const width = 560;
const height = 250;
const box = { left: 44, right: width - 16, top: 12, bottom: height - 42 };

/** A line through points, each with its interval. */
export function LineChart(props: {
  name: string;
  points: readonly LinePoint[];
  xName: string;
  yName: string;
  formatY: (value: number) => string;
  /** What y can be at all. */
  limits: readonly [number, number];
}) {
  const marks = useMarks(props.points.length);
  const labels = props.points.map((point) => point.label);
  const xTicks = ticks(0, Math.max(1, ...props.points.map((point) => point.x)), 6).filter(Number.isInteger);
  const ends = props.points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]);
  const yTicks = ticks(Math.min(...ends), Math.max(...ends), 5).filter(
    (tick) => tick >= props.limits[0] - 1e-9 && tick <= props.limits[1] + 1e-9,
  );
  const x = linear([xTicks[0]!, xTicks.at(-1)!], [box.left + 12, box.right - 8]);
  const y = linear([yTicks[0]!, yTicks.at(-1)!], [box.bottom, box.top]);
  const drawn = props.points.filter((point) => !point.aside).map((point) => ({ point, x: x(point.x), y: y(point.y) }));

  return (
    <>
      <svg className="chart plot" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={props.name}>
        {yTicks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={box.left} x2={box.right} y1={y(tick)} y2={y(tick)} />
            <text x={box.left - 6} y={y(tick) + 4} textAnchor="end">
              {props.formatY(tick)}
            </text>
          </g>
        ))}
        {xTicks.map((tick) => (
          <text key={tick} x={x(tick)} y={box.bottom + 17} textAnchor="middle">
            {tick}
          </text>
        ))}
        <line className="axis" x1={box.left} x2={box.right} y1={box.bottom} y2={box.bottom} />
        <text x={(box.left + box.right) / 2} y={height - 6} textAnchor="middle">
          {props.xName}
        </text>
        <text className="axis-name" x={box.left} y={box.top - 2}>
          {props.yName}
        </text>
        <path
          className="band"
          d={bandPath(drawn.map(({ point, x }) => ({ x, low: y(point.low ?? point.y), high: y(point.high ?? point.y) })))}
        />
        <path className="line series-0" d={linePath(drawn)} />
        {props.points.map((point, index) => (
          <Mark key={index} marks={marks} index={index} label={point.label}>
            <circle className="hit" cx={x(point.x)} cy={y(point.y)} r={14} />
            {point.low != null && point.high != null && (
              <line className="whisker series-0" x1={x(point.x)} x2={x(point.x)} y1={y(point.low)} y2={y(point.high)} />
            )}
            <path className={point.aside ? "dot hollow series-0" : "dot series-0"} d={shapePath("circle", { x: x(point.x), y: y(point.y) }, 5)} />
          </Mark>
        ))}
      </svg>
      <Readout marks={marks} labels={labels} />
    </>
  );
}
