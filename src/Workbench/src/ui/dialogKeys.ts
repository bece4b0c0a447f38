// What dialogs that several pages have do by key, a mode each; `?` of those pages lists and changes them. Pure.

import type { Command } from "./keymap.ts";

export type DialogMode = "complete" | "conflict" | "comments";

const table = [
  { id: "acceptRest", keys: ["a"], does: "when completing: accept what is undecided", mode: "complete" },
  { id: "rejectRest", keys: ["x"], does: "when completing: reject what is undecided", mode: "complete" },
  { id: "mine", keys: ["m", "1"], does: "when two changes meet: mine", mode: "conflict" },
  { id: "theirs", keys: ["t", "2"], does: "when two changes meet: theirs", mode: "conflict" },
  { id: "sendComment", keys: ["Ctrl+Enter"], does: "in comments: send", mode: "comments" },
  { id: "nextThread", keys: ["Ctrl+ArrowDown"], does: "in comments: the next thread or place it goes to", mode: "comments" },
  { id: "previousThread", keys: ["Ctrl+ArrowUp"], does: "in comments: the one before", mode: "comments" },
  { id: "settleThread", keys: ["Ctrl+."], does: "in comments: resolve the thread, or open it again", mode: "comments" },
] as const satisfies readonly (Command & { mode: DialogMode })[];

export type DialogCommand = (typeof table)[number]["id"];

export const dialogCommands: readonly Command<DialogCommand>[] = table;
