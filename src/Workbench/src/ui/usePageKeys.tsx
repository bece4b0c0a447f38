import { useState, type ReactNode } from "react";
import { printed, type Command } from "./keymap.ts";
import { KeysDialog } from "./KeysDialog.tsx";
import { useKeymap, type PageKeys } from "./useKeymap.ts";
import { useKeys } from "./useKeys.ts";

export interface KeyedPage<Id extends string = string> {
  keys: PageKeys<Id>;
  /** The first key of a command, as it is printed; undefined when it has none. */
  keyFor: (id: Id) => string | undefined;
  shown: boolean;
  show: (shown: boolean) => void;
}

/** The keys of a page that has no modes: its commands are run by the keys that somebody chose, and one of them shows them all. */
export function usePageKeys<Id extends string>(
  page: string,
  commands: readonly Command<Id | "keys">[],
  run: (command: Exclude<Id, "keys">) => boolean,
): KeyedPage<Id | "keys"> {
  const keys = useKeymap(page, commands);
  const [shown, show] = useState(false);
  useKeys((_, key) => {
    const command = keys.map.commandOf(key);
    if (command === undefined) return false;
    if (command !== "keys") return run(command as Exclude<Id, "keys">);
    show(true);
    return true;
  });
  return { keys, keyFor: (id) => printed(keys.map, id), shown, show };
}

/** Opens the list of keys, and is it when open. */
export function KeysButton(props: { page: Pick<KeyedPage, "keys" | "shown" | "show"> & { keyFor: (id: "keys") => string | undefined }; children?: ReactNode }) {
  const page = props.page as KeyedPage;
  return (
    <>
      <button type="button" className="quiet" onClick={() => page.show(true)}>
        Keys <KeyOf page={page} command="keys" />
      </button>
      {page.shown && (
        <KeysDialog keys={page.keys} onClose={() => page.show(false)}>
          {props.children}
        </KeysDialog>
      )}
    </>
  );
}

/** The key of a command beside its button; nothing when it has none. */
export function KeyOf<Id extends string>(props: { page: KeyedPage<Id>; command: Id }) {
  const key = props.page.keyFor(props.command);
  return key === undefined ? null : <kbd aria-hidden="true">{key}</kbd>;
}
