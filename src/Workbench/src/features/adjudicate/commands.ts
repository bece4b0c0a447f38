// Everything the pages of adjudication do by key: the handlers, the lists of keys and the changing of them all read these tables. Pure.

import { digitCommands, keysCommand, type Command } from "../../ui/keymap.ts";

const list = [
  { id: "next", keys: ["j", "ArrowDown"], does: "next document that waits" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous document that waits" },
  { id: "open", keys: ["Enter", "o"], does: "open its readings" },
  { id: "refresh", keys: ["r"], does: "fetch the list anew" },
  keysCommand,
] as const;

export type AdjudicateCommand = (typeof list)[number]["id"];

export const adjudicateCommands: readonly Command<AdjudicateCommand>[] = list;

const places = [
  { id: "both", keys: ["b"], does: "take what all readers have" },
  { id: "neither", keys: ["x"], does: "take neither" },
  { id: "own", keys: ["e"], does: "decide otherwise: words and label of your own, or an intent" },
  { id: "next", keys: ["j", "ArrowDown"], does: "next place" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous place" },
  { id: "nextUndecided", keys: ["."], does: "next place that is not decided" },
  { id: "undo", keys: ["u", "Ctrl+Z"], does: "take the last decision back" },
  { id: "agreed", keys: ["v"], does: "show or hide the places where all agree" },
  { id: "finish", keys: ["Ctrl+Enter"], does: "make it gold and go on to the next" },
  { id: "later", keys: ["s"], does: "leave it for later and go on to the next; what is decided is kept here" },
  { id: "back", keys: ["B"], does: "back to the list; what is decided is kept here" },
  keysCommand,
] as const;

const takes = digitCommands("take", (digit) => `take the reading of reader ${digit}`);

export type CaseCommand = (typeof places)[number]["id"] | (typeof takes)[number]["id"];

export const caseCommands: readonly Command<CaseCommand>[] = [...takes, ...places];
