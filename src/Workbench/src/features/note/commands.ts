// Everything the note page does by key: the handlers, the list of keys and the changing of them all read this table. Pure.

import type { Direction, Edge, Step } from "../../text/spanEditing.ts";
import { digitCommands, type Command } from "../../ui/keymap.ts";

const table = [
  { id: "accept", keys: ["a"], does: "accept the suggestion and go to the next undecided one" },
  { id: "reject", keys: ["x", "Delete"], does: "reject it, or remove what was decided, and go on" },
  { id: "repeat", keys: ["*"], does: "the last decision again on all same words, after a preview" },
  { id: "acceptSure", keys: ["A"], does: "accept all suggestions at or above the threshold, as one step" },
  { id: "lowerThreshold", keys: ["<"], does: "lower the threshold" },
  { id: "raiseThreshold", keys: [">"], does: "raise the threshold" },
  { id: "next", keys: ["j", "Tab"], does: "next mention" },
  { id: "previous", keys: ["k", "Shift+Tab"], does: "previous mention" },
  { id: "nextUndecided", keys: ["."], does: "next undecided mention" },
  { id: "leftBack", keys: ["["], does: "left edge back by a word" },
  { id: "leftForward", keys: ["]"], does: "left edge forward by a word" },
  { id: "rightBack", keys: ["{"], does: "right edge back by a word" },
  { id: "rightForward", keys: ["}"], does: "right edge forward by a word" },
  { id: "leftBackCharacter", keys: ["Alt+["], does: "left edge back by a character" },
  { id: "leftForwardCharacter", keys: ["Alt+]"], does: "left edge forward by a character" },
  { id: "rightBackCharacter", keys: ["Alt+{"], does: "right edge back by a character" },
  { id: "rightForwardCharacter", keys: ["Alt+}"], does: "right edge forward by a character" },
  { id: "details", keys: [";"], does: "what is said of the mention: open or close; it stays open from one mention to the next" },
  { id: "negated", keys: ["n"], does: "while details are shown: negated", mode: "details" },
  { id: "uncertain", keys: ["u"], does: "while details are shown: uncertain", mode: "details" },
  { id: "historical", keys: ["h"], does: "while details are shown: historical", mode: "details" },
  { id: "hypothetical", keys: ["y"], does: "while details are shown: hypothetical", mode: "details" },
  { id: "family", keys: ["f"], does: "while details are shown: of the family", mode: "details" },
  { id: "concepts", keys: ["/"], does: "link the mention to a concept: search by name" },
  { id: "suggestedConcept", keys: ["="], does: "link it to the concept that is suggested" },
  { id: "relate", keys: ["r"], does: "relate the mention to another: type the letters beside it, or go there, then choose the relation" },
  { id: "nextTarget", keys: ["Tab", "ArrowRight", "ArrowDown"], does: "while relating: next mention", mode: "relating" },
  { id: "previousTarget", keys: ["Shift+Tab", "ArrowLeft", "ArrowUp"], does: "while relating: previous mention", mode: "relating" },
  { id: "firstRelation", keys: ["Enter"], does: "while relating: the first of the relations offered", mode: "relating" },
  { id: "relations", keys: ["R"], does: "the relations of the mention, one after the other" },
  { id: "unrelate", keys: ["x", "Delete"], does: "at a relation: take it away", mode: "relations" },
  { id: "otherEnd", keys: ["Enter"], does: "at a relation: go to its other mention", mode: "relations" },
  { id: "overlapping", keys: ["'"], does: "the next of the mentions that overlap this one" },
  { id: "addPiece", keys: ["+"], does: "add the selected words to the mention as another piece" },
  { id: "removePiece", keys: ["-"], does: "take the piece away that the edge keys move" },
  { id: "nextPiece", keys: [","], does: "next piece of the mention: the edge keys move that one" },
  { id: "comments", keys: ['"'], does: "comments: read them, say something about the mention or the document" },
  { id: "intents", keys: ["E"], does: "on a transcript: back to the intents of its turns" },
  { id: "select", keys: ["n"], does: "select words by keys; a label key marks them" },
  { id: "selectForward", keys: ["ArrowRight"], does: "while selecting: next word", mode: "selecting" },
  { id: "selectBack", keys: ["ArrowLeft"], does: "while selecting: previous word", mode: "selecting" },
  { id: "selectDown", keys: ["ArrowDown"], does: "while selecting: a line down", mode: "selecting" },
  { id: "selectUp", keys: ["ArrowUp"], does: "while selecting: a line up", mode: "selecting" },
  { id: "extendForward", keys: ["Shift+ArrowRight"], does: "while selecting: one word more", mode: "selecting" },
  { id: "extendBack", keys: ["Shift+ArrowLeft"], does: "while selecting: one word less", mode: "selecting" },
  { id: "extendDown", keys: ["Shift+ArrowDown"], does: "while selecting: a line more", mode: "selecting" },
  { id: "extendUp", keys: ["Shift+ArrowUp"], does: "while selecting: a line less", mode: "selecting" },
  { id: "nextSection", keys: [")"], does: "next section" },
  { id: "previousSection", keys: ["("], does: "previous section" },
  { id: "outline", keys: ["O"], does: "show or hide the outline" },
  { id: "hideIdentity", keys: ["H"], does: "hide or show names, dates, numbers of persons" },
  { id: "guideline", keys: ["G"], does: "show or hide the guidelines, at the label that is being decided" },
  { id: "archived", keys: ["V"], does: "show or hide archived mentions, of labels that were removed or merged" },
  { id: "conflicts", keys: ["C"], does: "choose between your change and somebody else’s" },
  { id: "undo", keys: ["Ctrl+Z"], does: "undo" },
  { id: "redo", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], does: "redo" },
  { id: "complete", keys: ["Enter", "Ctrl+Enter"], does: "complete the document" },
  { id: "nextDocument", keys: ["PageDown"], does: "next document" },
  { id: "previousDocument", keys: ["PageUp"], does: "previous document" },
  { id: "back", keys: ["B"], does: "back to the list it was opened from" },
  { id: "leave", keys: ["Escape"], does: "let go of the selection, close what is open; once more, go from the text to the buttons beside it, and back" },
  { id: "keys", keys: ["?"], does: "these keys" },
] as const;

const relations = digitCommands("relation", (digit) => `while relating: the relation offered that is number ${digit}`);

export type NoteCommand = (typeof table)[number]["id"] | (typeof relations)[number]["id"];

export const noteCommands: readonly Command<NoteCommand>[] = [...table, ...relations.map((command) => ({ ...command, mode: "relating" }))];

/** The edge that a command moves, and how far. */
export const edgeMoves: Partial<Record<NoteCommand, readonly [Edge, Direction, Step]>> = {
  leftBack: ["left", "back", "token"],
  leftForward: ["left", "forward", "token"],
  rightBack: ["right", "back", "token"],
  rightForward: ["right", "forward", "token"],
  leftBackCharacter: ["left", "back", "character"],
  leftForwardCharacter: ["left", "forward", "character"],
  rightBackCharacter: ["right", "back", "character"],
  rightForwardCharacter: ["right", "forward", "character"],
};
