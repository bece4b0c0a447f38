import { Dialog } from "../../ui/Dialog.tsx";

const keys: [string[], string][] = [
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
  <Dialog title="Keys" onClose={props.onClose} wide>
    <dl className="keys">
      {keys.map(([names, meaning]) => (
        <div key={meaning}>
          <dt>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
    <p className="hint">
      With the mouse: click a mention to choose it, drag over words and click a label to mark them, drag the bars at a mention’s
      ends to resize it. With Alt, dragging goes by character.
    </p>
  </Dialog>
);
