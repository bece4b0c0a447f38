import type { ReactNode, Ref } from "react";

/** A list with a heading row; a column whose name begins with # holds numbers, one in brackets is named for those alone who do not see it. */
export function ListTable(props: { label: string; columns: readonly string[]; body?: Ref<HTMLTableSectionElement>; children: ReactNode }) {
  return (
    <table className="list" aria-label={props.label}>
      <thead>
        <tr>
          {props.columns.map((column) => (
            <th key={column} scope="col" className={column.startsWith("#") ? "number" : undefined}>
              {column.startsWith("(") ? <span className="visually-hidden">{column.slice(1, -1)}</span> : column.replace(/^#/, "")}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={props.body}>{props.children}</tbody>
    </table>
  );
}
