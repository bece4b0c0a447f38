import type { ReactNode } from "react";
import { Dialog } from "./Dialog.tsx";

/** Keys that do the same, and what they do. */
export type KeyMeaning = [keys: string[], meaning: string];

/** What every key of a page does; children say what is not a key. */
export const KeysDialog = (props: { keys: readonly KeyMeaning[]; onClose: () => void; children?: ReactNode }) => (
  <Dialog title="Keys" onClose={props.onClose} wide>
    <dl className="keys">
      {props.keys.map(([names, meaning]) => (
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
    {props.children}
  </Dialog>
);
