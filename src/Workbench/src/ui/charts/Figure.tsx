import { useId, useState, type ReactNode } from "react";

export interface Table {
  columns: readonly string[];
  /** The first cell names the row. */
  rows: readonly (readonly (string | number)[])[];
}

/** A table with more columns takes the width of the page. */
const wideFrom = 5;

/** A picture with the sentence it shows, and the same figures as a table. */
export function Figure(props: {
  kicker: string;
  /** What is seen, in a sentence. */
  title: string;
  table: Table;
  controls?: ReactNode;
  /** What the figures are and are not. */
  note?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  const heading = useId();
  const empty = props.table.rows.length === 0;
  return (
    <section className={props.wide || (asTable && !empty && props.table.columns.length > wideFrom) ? "card figure wide" : "card figure"} aria-labelledby={heading}>
      <header>
        <div className="figure-title">
          <p className="kicker">{props.kicker}</p>
          <h2 id={heading}>{props.title}</h2>
        </div>
        {props.controls}
        {!empty && (
          <button type="button" className="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
        )}
      </header>
      {!empty && (asTable ? <Rows table={props.table} name={props.kicker} /> : props.children)}
      {props.note && <p className="hint">{props.note}</p>}
    </section>
  );
}

const Rows = (props: { table: Table; name: string }) => (
  <div className="figure-table" tabIndex={0} role="region" aria-label={`${props.name}, table`}>
    <table className="list">
      <thead>
        <tr>
          {props.table.columns.map((column, index) => (
            <th key={column} scope="col" className={index === 0 ? undefined : "number"}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.table.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) =>
              column === 0 ? (
                <th key={column} scope="row">
                  {cell}
                </th>
              ) : (
                <td key={column} className="number">
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

export const Legend = (props: { entries: readonly { name: string; sign: ReactNode }[] }) => (
  <ul className="legend chart-legend">
    {props.entries.map((entry) => (
      <li key={entry.name}>
        <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
          {entry.sign}
        </svg>
        {entry.name}
      </li>
    ))}
  </ul>
);

/** Rendered once on a page with charts: what "too few" and "missed" are filled with, so that neither is told by colour alone. */
export const Hatch = () => (
  <svg width="0" height="0" className="hatch" aria-hidden="true">
    <defs>
      <pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line className="hatch-line" x1="1" x2="1" y1="0" y2="6" />
      </pattern>
    </defs>
  </svg>
);
