import type { SetAside } from "../corrections/rebase.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { matterInWords, sideInWords } from "./inWords.ts";

/** One conflict after the other, both sides beside each other; a key chooses. */
export function ConflictDialog(props: {
  conflicts: readonly SetAside[];
  text: string;
  onSettle: (conflict: SetAside, side: "mine" | "theirs") => void;
  onClose: () => void;
}) {
  const { conflicts, text } = props;
  const conflict = conflicts[0];
  if (!conflict) return null;
  return (
    <Dialog title={conflicts.length === 1 ? "Mine or theirs" : `Mine or theirs: ${conflicts.length} to choose`} onClose={props.onClose} wide>
      <div
        onKeyDown={(event) => {
          if (event.ctrlKey || event.altKey || event.metaKey) return;
          if (event.key === "m" || event.key === "1") props.onSettle(conflict, "mine");
          if (event.key === "t" || event.key === "2") props.onSettle(conflict, "theirs");
        }}
      >
        <p className="conflict-matter">{matterInWords(conflict, text)}</p>
        <div className="two-sides">
          <button type="button" data-autofocus onClick={() => props.onSettle(conflict, "mine")}>
            <span className="side-name">
              Mine <kbd>m</kbd>
            </span>
            <span data-testid="mine">{sideInWords(conflict.mine, text)}</span>
          </button>
          <button type="button" onClick={() => props.onSettle(conflict, "theirs")}>
            <span className="side-name">
              Theirs <kbd>t</kbd>
            </span>
            <span data-testid="theirs">{sideInWords(conflict.theirs, text)}</span>
          </button>
        </div>
        <p className="hint">
          <kbd>Esc</kbd> leaves both as they are for now.
        </p>
      </div>
    </Dialog>
  );
}
