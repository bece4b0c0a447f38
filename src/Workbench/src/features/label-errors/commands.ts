// Everything the page of probable label errors does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import { keysCommand, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "error", keys: ["e"], does: "it is an error: open the document there, ready to be mended" },
  { id: "later", keys: ["m"], does: "it is an error, to be mended later" },
  { id: "right", keys: ["x"], does: "the document is right: not reported again" },
  { id: "next", keys: ["j", "ArrowDown"], does: "next entry" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous entry" },
  { id: "nextOpen", keys: ["."], does: "next entry that nobody has decided" },
  { id: "open", keys: ["Enter", "o"], does: "look at it in the document, without a decision" },
  { id: "undo", keys: ["u", "Ctrl+Z"], does: "take the last decision back, also after a reload" },
  { id: "refresh", keys: ["r"], does: "fetch the list anew" },
  { id: "back", keys: ["B"], does: "back to the quality page" },
  keysCommand,
] as const;

export type LabelErrorsCommand = (typeof table)[number]["id"];

export const labelErrorsCommands: readonly Command<LabelErrorsCommand>[] = table;
