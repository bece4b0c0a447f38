import type { SetAside } from "../corrections/rebase.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { useDialogKeys } from "../ui/useDialogKeys.ts";
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
  const keyFor = useDialogKeys("conflict", (command) => {
    if (conflict) props.onSettle(conflict, command === "mine" ? "mine" : "theirs");
    return true;
  });
  if (!conflict) return null;
  return (
    <Dialog title={conflicts.length === 1 ? "Mine or theirs" : `Mine or theirs: ${conflicts.length} to choose`} onClose={props.onClose} wide>
      <div>
        <p className="conflict-matter">{matterInWords(conflict, text)}</p>
        <div className="two-sides">
          <button type="button" data-autofocus onClick={() => props.onSettle(conflict, "mine")}>
            <span className="side-name">
              Mine <kbd>{keyFor("mine")}</kbd>
            </span>
            <span data-testid="mine">{sideInWords(conflict.mine, text)}</span>
          </button>
          <button type="button" onClick={() => props.onSettle(conflict, "theirs")}>
            <span className="side-name">
              Theirs <kbd>{keyFor("theirs")}</kbd>
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
