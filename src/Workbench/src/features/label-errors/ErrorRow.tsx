import { memo } from "react";
import type { LabelError } from "../../api/types.ts";
import { score } from "../../ui/parts.tsx";
import { KeyOf, type KeyedPage } from "../../ui/usePageKeys.tsx";
import type { LabelErrorsCommand } from "./commands.ts";
import { closedTold, errorTold, isOpen } from "./errors.ts";

export interface RowActions {
  pick: (error: LabelError) => void;
  mend: (error: LabelError) => void;
  right: (error: LabelError) => void;
}

/** An entry of the queue, with the words around it; the current one shows the keys that decide it. */
export const ErrorRow = memo(
  function ErrorRow(props: {
    error: LabelError;
    href: string;
    current: boolean;
    keys: KeyedPage<LabelErrorsCommand> | undefined;
    actions: RowActions;
  }) {
    const { error, keys, actions } = props;
    const open = isOpen(error);
    return (
      <tr
        data-row={error.id}
        tabIndex={props.current ? 0 : -1}
        aria-current={props.current ? "true" : undefined}
        className={open ? undefined : "closed"}
        onClick={() => actions.pick(error)}
        onFocus={() => actions.pick(error)}
      >
        <td className="where">
          {error.before}
          <mark>{(error.marked ?? error.suggested)?.words ?? `turn ${(error.turn ?? 0) + 1}`}</mark>
          {error.after}
        </td>
        <td>
          {errorTold(error)} {error.outdated && open && <span className="chip status-in_progress">changed since</span>}{" "}
          <a href={props.href} aria-label={`Look at it in ${error.externalId || "the document"}`}>
            {error.externalId || "open"}
          </a>
        </td>
        <td className="number">{score(error.score)}</td>
        <td>
          <div className="row">
            {!open && <span className="chip status-done">{closedTold(error)}</span>}
            {!error.mended && (
              <button type="button" onClick={() => actions.mend(error)}>
                {error.decision === "error" ? "Mend it" : "It is an error"} {keys && <KeyOf page={keys} command="error" />}
              </button>
            )}
            {open && (
              <button type="button" className="quiet" onClick={() => actions.right(error)}>
                Document is right {keys && <KeyOf page={keys} command="right" />}
              </button>
            )}
          </div>
        </td>
      </tr>
    );
  },
);
