// Everything the inbox does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import { digitCommands, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "accept", keys: ["a", "Enter"], does: "confirm the suggested intent" },
  { id: "outOfScope", keys: ["o"], does: "out of scope" },
  { id: "search", keys: ["/", "i"], does: "choose from all intents; type to filter" },
  { id: "group", keys: ["g"], does: "label all in nearly the same words, after showing them" },
  { id: "next", keys: ["j", "ArrowDown"], does: "next utterance" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous utterance" },
  { id: "nextUndecided", keys: ["n"], does: "next undecided utterance" },
  { id: "complete", keys: ["Ctrl+Enter"], does: "complete the transcripts that are offered, or the one of the utterance" },
  { id: "ready", keys: ["f"], does: "complete all transcripts on which every utterance is decided, after showing them" },
  { id: "setAside", keys: ["x"], does: "set the transcript aside, with a reason: nobody gets it until it is taken back" },
  { id: "reopen", keys: ["O"], does: "reopen the transcript, when it is done" },
  { id: "comments", keys: ['"'], does: "comments: read them, say something about the utterance or its transcript" },
  { id: "undo", keys: ["u", "Ctrl+Z"], does: "undo, also after a reload" },
  { id: "redo", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], does: "redo, also after a reload" },
  { id: "refresh", keys: ["r"], does: "fetch the list anew" },
  { id: "keys", keys: ["?"], does: "these keys" },
] as const;

const choices = digitCommands("choose", (digit) => `the intent under the utterance that is number ${digit}`);

export type InboxCommand = (typeof table)[number]["id"] | (typeof choices)[number]["id"];

export const inboxCommands: readonly Command<InboxCommand>[] = [...table, ...choices];

/** Of the intents under an utterance, in their order. */
export const choiceCommands: readonly InboxCommand[] = choices.map(({ id }) => id);
