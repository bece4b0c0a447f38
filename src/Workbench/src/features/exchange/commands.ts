// Everything the page of import and export does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import { keysCommand, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "choose", keys: ["i"], does: "choose a file to bring in" },
  { id: "store", keys: ["Ctrl+Enter"], does: "bring in what was read of the file" },
  { id: "stop", keys: ["x"], does: "stop sending the file, or put it away" },
  { id: "prepare", keys: ["e"], does: "look what the export would hold, and what its format loses" },
  { id: "download", keys: ["d"], does: "download the export" },
  { id: "back", keys: ["B"], does: "back to the documents" },
  keysCommand,
] as const;

export type ExchangeCommand = (typeof table)[number]["id"];

export const exchangeCommands: readonly Command<ExchangeCommand>[] = table;
