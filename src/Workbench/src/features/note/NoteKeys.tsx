import { KeysDialog, type KeyMeaning } from "../../ui/KeysDialog.tsx";

const keys: KeyMeaning[] = [
  [["a"], "accept the suggestion"],
  [["x"], "reject it, or remove what was decided"],
  [["Delete"], "remove"],
  [["1", "2", "…"], "give it this label; or label the selected words"],
  [["j", "Tab"], "next mention"],
  [["k", "Shift+Tab"], "previous mention"],
  [["[", "]"], "move the left edge by a word"],
  [["{", "}"], "move the right edge by a word"],
  [["Alt+[", "Alt+}"], "… by a character"],
  [["n"], "select words by keys: ← → ↑ ↓ move, Shift extends, a label key marks, Esc leaves"],
  [["A"], "accept all suggestions at or above the threshold"],
  [["Ctrl+Z"], "undo"],
  [["Ctrl+Shift+Z"], "redo"],
  [["Enter", "Ctrl+Enter"], "complete the document"],
  [["PageDown", "PageUp"], "next, previous document"],
  [["Esc"], "let go of the selection; once more, leave the text"],
  [["?"], "these keys"],
];

export const NoteKeys = (props: { onClose: () => void }) => (
  <KeysDialog keys={keys} onClose={props.onClose}>
    <p className="hint">
      With the mouse: click a mention to choose it, drag over words and click a label to mark them, drag the bars at a mention’s
      ends to resize it. With Alt, dragging goes by character.
    </p>
  </KeysDialog>
);
