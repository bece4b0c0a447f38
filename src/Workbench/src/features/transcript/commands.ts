// Everything the transcript page does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import { digitCommands, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "accept", keys: ["a", "Enter"], does: "accept the suggested intent" },
  { id: "search", keys: ["/", "i"], does: "choose from all intents; type to filter, oos is out of scope" },
  { id: "reject", keys: ["x"], does: "reject the suggestion: the turn has no intent" },
  { id: "next", keys: ["j", "ArrowDown"], does: "next turn of the patient" },
  { id: "previous", keys: ["k", "ArrowUp"], does: "previous turn of the patient" },
  { id: "urgent", keys: ["u"], does: "next turn with an urgent red flag" },
  { id: "comments", keys: ['"'], does: "comments: read them, say something about the turn or the transcript" },
  { id: "entities", keys: ["E"], does: "mark entities in the turns, with all the keys of a note; again: back to the intents" },
  { id: "conflicts", keys: ["C"], does: "choose between your change and somebody else’s" },
  { id: "undo", keys: ["Ctrl+Z"], does: "undo" },
  { id: "redo", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], does: "redo" },
  { id: "complete", keys: ["Ctrl+Enter"], does: "complete the transcript" },
  { id: "nextDocument", keys: ["PageDown"], does: "next document" },
  { id: "previousDocument", keys: ["PageUp"], does: "previous document" },
  { id: "back", keys: ["B"], does: "back to the list it was opened from" },
  { id: "keys", keys: ["?"], does: "these keys" },
] as const;

const choices = digitCommands("choose", (digit) => `the intent under the turn that is number ${digit}`);

export type TranscriptCommand = (typeof table)[number]["id"] | (typeof choices)[number]["id"];

export const transcriptCommands: readonly Command<TranscriptCommand>[] = [...table, ...choices];
