import { Legend } from "./Figure.tsx";
import { RowName } from "./IntervalRows.tsx";
import { Mark, Readout, useMarks } from "./marks.tsx";
import { linear, shapePath, ticks } from "./scale.ts";

export interface CoverageRow {
  name: string;
  all: number;
  done: number;
  score?: { value: number; low?: number | null | undefined; high?: number | null | undefined } | undefined;
  /** There is too little behind the score to say anything. */
  tooFew: boolean;
  /** The values in words. */
  label: string;
}

const width = 1160;
const gutter = 190;
const bars = 620;
const scores = { from: 720, to: width - 20 };
const rowHeight = 28;
const top = 24;

/** How many documents of each group there are and are done, and beside it how suggestions do there. */
export function CoverageRows(props: { name: string; rows: readonly CoverageRow[] }) {
  const marks = useMarks(props.rows.length);
  const x = linear([0, Math.max(1, ...props.rows.map((row) => row.all))], [0, bars - gutter - 70]);
  const known = props.rows.flatMap((row) => (row.tooFew || !row.score ? [] : [row.score.low ?? row.score.value]));
  const scale = ticks(Math.min(0.8, ...known), 1, 5).filter((tick) => tick <= 1);
  const score = linear([scale[0]!, 1], [scores.from, scores.to]);
  const height = top + props.rows.length * rowHeight + 4;
  const start = gutter + 8;
  return (
    <>
      <Legend
        entries={[
          { name: "documents finished", sign: <rect className="part fill-accent" x={1} y={1} width={12} height={10} /> },
          { name: "not finished", sign: <rect className="part fill-open" x={1} y={1} width={12} height={10} /> },
          { name: "F1 of suggestions, 95% interval", sign: <path className="dot series-0" d={shapePath("circle", { x: 7, y: 6 }, 4)} /> },
          { name: "too few mentions to say", sign: <rect className="part fill-hatch" x={1} y={1} width={12} height={10} /> },
        ]}
      />
      <svg className="chart plot" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={props.name}>
        {scale.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={score(tick)} x2={score(tick)} y1={top - 6} y2={height - 4} />
            <text x={score(tick)} y={12} textAnchor="middle">
              {Math.round(tick * 100)}
            </text>
          </g>
        ))}
        <text x={start} y={12}>
          documents
        </text>
        <text x={scores.from - 12} y={12} textAnchor="end">
          F1
        </text>
        {props.rows.map((row, index) => {
          const y = top + index * rowHeight;
          const middle = y + rowHeight / 2 - 2;
          return (
            <g key={row.name}>
              <RowName name={row.name} x={gutter} y={middle + 4} />
              <Mark marks={marks} index={index} label={row.label}>
                <rect className="hit" x={start} y={y} width={scores.to - start} height={rowHeight - 4} />
                <rect className="part fill-open" x={start} y={y + 3} width={Math.max(2, x(row.all))} height={18} />
                {row.done > 0 && <rect className="part fill-accent" x={start} y={y + 3} width={Math.max(2, x(row.done))} height={18} />}
                <text className="remark" x={start + x(row.all) + 8} y={middle + 4}>
                  {row.done} / {row.all}
                </text>
                {row.tooFew ? (
                  <>
                    <rect className="part fill-hatch" x={scores.from} y={y + 3} width={scores.to - scores.from} height={18} />
                    <text className="remark on-hatch" x={(scores.from + scores.to) / 2} y={middle + 4} textAnchor="middle">
                      too few
                    </text>
                  </>
                ) : (
                  row.score && (
                    <>
                      {row.score.low != null && row.score.high != null && (
                        <line className="whisker series-0" x1={score(row.score.low)} x2={score(row.score.high)} y1={middle} y2={middle} />
                      )}
                      <path className="dot series-0" d={shapePath("circle", { x: score(row.score.value), y: middle }, 5)} />
                    </>
                  )
                )}
              </Mark>
            </g>
          );
        })}
      </svg>
      <Readout marks={marks} labels={props.rows.map((row) => row.label)} />
    </>
  );
}
