// Everything the page of tasks does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import { keysCommand, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "take", keys: ["n"], does: "take the next document: what was begun, then what was given to you, then what anybody may take" },
  { id: "next", keys: ["j", "ArrowDown"], does: "next task of the list" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous task of the list" },
  { id: "open", keys: ["Enter", "o"], does: "open the task" },
  { id: "skip", keys: ["s"], does: "skip the task, with a reason: somebody else gets it" },
  { id: "order", keys: ["O"], does: "the next order in which documents are taken" },
  { id: "guideline", keys: ["G"], does: "show or hide the guidelines" },
  keysCommand,
] as const;

export type TasksCommand = (typeof table)[number]["id"];

export const tasksCommands: readonly Command<TasksCommand>[] = table;
