// Everything the list of documents does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import { keysCommand, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "next", keys: ["j", "ArrowDown"], does: "next document of the list" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous document of the list" },
  { id: "open", keys: ["Enter", "o"], does: "open the document" },
  { id: "choose", keys: ["x"], does: "choose the document, or no longer, for those who manage the project" },
  { id: "chooseListed", keys: ["X"], does: "choose all that are listed, or none" },
  { id: "export", keys: ["e"], does: "export the chosen documents" },
  { id: "giveOut", keys: ["g"], does: "give out the chosen documents" },
  { id: "filter", keys: ["/"], does: "filter by id or group; Enter goes to the list" },
  { id: "status", keys: ["f"], does: "show the next status: every, new, in progress, done" },
  { id: "all", keys: ["Escape"], does: "show all again" },
  { id: "exchange", keys: ["i"], does: "import and export files, for those who manage the project" },
  keysCommand,
] as const;

export type DocumentsCommand = (typeof table)[number]["id"];

export const documentsCommands: readonly Command<DocumentsCommand>[] = table;
