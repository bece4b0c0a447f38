import type { ReactNode } from "react";
import { changeWords, type ChangeWord } from "./changeWords.ts";
import { ListTable } from "./ListTable.tsx";
import { onDay } from "./times.ts";

/** The changes that one thing of a schema may undergo, a button each. */
export function ChangeButtons<Kind extends ChangeWord>(props: {
  kinds: readonly Kind[];
  /** What changes, for whoever hears the buttons. */
  of: string;
  onChoose: (kind: Kind) => void;
  children?: ReactNode;
}) {
  return (
    <span className="row change-actions">
      {props.kinds.map((kind) => (
        <button key={kind} type="button" className="quiet" aria-label={`${changeWords[kind]} ${props.of}`} onClick={() => props.onChoose(kind)}>
          {changeWords[kind]}…
        </button>
      ))}
      {props.children}
    </span>
  );
}

export interface FormerName {
  key: string;
  name: string;
  /** What it was, where the table holds several sorts. */
  sort?: string;
  /** The name in its place; null when it was removed. */
  now: string | null;
  kept: number;
  by: string;
  /** As the service writes it. */
  at: string;
  version?: number;
  onRestore?: (() => void) | undefined;
}

/** Names that were, what is there instead, and the way back for what was removed. */
export function FormerTable(props: { heading: string; label: string; kept: string; mayRestore: boolean; names: readonly FormerName[] }) {
  if (props.names.length === 0) return null;
  return (
    <>
      <h2 className="section-head">{props.heading}</h2>
      <ListTable label={props.label} columns={["Name", "Now", `#${props.kept}`, "By", ...(props.mayRestore ? ["Change"] : [])]}>
        {props.names.map((former) => (
          <tr key={former.key} data-former={former.name}>
            <td>
              {former.name} {former.sort && <span className="hint">{former.sort}</span>}
            </td>
            <td>{former.now ?? "removed, archived"}</td>
            <td className="number">{former.kept.toLocaleString("en")}</td>
            <td>
              {former.by}, {onDay(former.at)}
              {former.version != null && `, version ${former.version}`}
            </td>
            {props.mayRestore && (
              <td>
                {former.now == null && former.onRestore && <ChangeButtons kinds={["restore"]} of={former.name} onChoose={former.onRestore} />}
              </td>
            )}
          </tr>
        ))}
      </ListTable>
    </>
  );
}
