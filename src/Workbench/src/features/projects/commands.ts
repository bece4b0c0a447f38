// Everything the page of projects does by key: the handlers, the lists of keys and the changing of them all read this table. Pure.

import { keysCommand, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "next", keys: ["j", "ArrowDown"], does: "next project" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous project" },
  { id: "open", keys: ["Enter", "o"], does: "open its documents" },
  { id: "new", keys: ["n"], does: "name a new project" },
  keysCommand,
] as const;

export type ProjectsCommand = (typeof table)[number]["id"];

export const projectsCommands: readonly Command<ProjectsCommand>[] = table;
