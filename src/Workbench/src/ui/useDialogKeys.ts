import { useLayoutEffect, useRef } from "react";
import { dialogCommands, type DialogCommand, type DialogMode } from "./dialogKeys.ts";
import { printed } from "./keymap.ts";
import { useKeymap } from "./useKeymap.ts";
import { isTyping, nameOf } from "./useKeys.ts";

/** Dialogs that are open; the keys are those of the last one. */
const open: object[] = [];

/**
 * Keys of an open dialog, wherever the focus is: a button that was pressed may have gone and taken it along. In a field only what is
 * no character is a key.
 */
export function useKeysOfDialog(handler: (key: string) => boolean): void {
  const latest = useRef(handler);
  useLayoutEffect(() => {
    latest.current = handler;
  });
  useLayoutEffect(() => {
    const mine = {};
    open.push(mine);
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || open.at(-1) !== mine) return;
      const key = nameOf(event);
      if (isTyping(event.target) && !/^(Ctrl|Alt)\+/.test(key)) return;
      if (latest.current(key)) event.preventDefault();
    };
    // Before the dialog, which keeps keys from the page behind it.
    addEventListener("keydown", listen, true);
    return () => {
      removeEventListener("keydown", listen, true);
      open.splice(open.indexOf(mine), 1);
    };
  }, []);
}

/** The keys of a dialog of several pages as somebody may have changed them; returns how they are printed. */
export function useDialogKeys(mode: DialogMode, run: (command: DialogCommand) => boolean): (command: DialogCommand) => string | undefined {
  const { map } = useKeymap("dialogs", dialogCommands);
  useKeysOfDialog((key) => {
    const command = map.commandIn(key, mode);
    return command !== undefined && run(command);
  });
  return (command) => printed(map, command);
}
