import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { useKeys } from "../../ui/useKeys.ts";
import { placeOf, printed, type Keymap } from "../../ui/keymap.ts";
import { edgeMoves, type NoteCommand } from "./commands.ts";
import { acceptAbove } from "./decisions.ts";
import type { Concepts } from "./useConcepts.ts";
import type { Details } from "./useDetails.ts";
import { isInText, type Note } from "./useNote.ts";
import type { Relating } from "./useRelating.ts";
import type { useThreshold } from "./useThreshold.ts";

interface Board {
  note: Note;
  page: DocumentViewProps;
  map: Keymap<NoteCommand>;
  labelOf: (key: string) => string | undefined;
  threshold: ReturnType<typeof useThreshold>;
  details: Details;
  relating: Relating;
  concepts: Concepts;
  showConcepts: () => boolean;
  showComments: () => void;
  showKeys: () => void;
  showRepetition: () => boolean;
  toggleOutline: () => void;
  toggleIdentity: () => boolean;
  toggleGuideline: () => void;
  toggleArchived: () => boolean;
}

/** Runs a command; false: it means nothing now, and the browser may have the key. */
export function useNoteKeys(board: Board): (command: NoteCommand) => boolean {
  const run = (command: NoteCommand) => carryOut(board, command);
  useKeys((_, key) => {
    const { note, map, relating } = board;
    if (relating.active) return whileRelating(board, key);
    const command = map.commandOf(key, modeOf(board));
    if (command) return /^(Shift\+)?Tab$/.test(key) && !isInText() ? false : run(command);
    if (board.details.byKey(key)) return true;
    const label = board.labelOf(key);
    return label !== undefined && note.label(label);
  });
  return run;
}

const modeOf = ({ note, details, relating }: Board) =>
  note.selecting ? "selecting" : relating.index !== undefined ? "relations" : details.shown ? "details" : undefined;

/** Letters choose mentions then, so nothing else is done by a letter. */
function whileRelating(board: Board, key: string): boolean {
  const { map, relating } = board;
  const command = map.commandIn(key, "relating");
  if (command && carryOut(board, command)) return true;
  if (relating.byKey(key)) return true;
  if (map.commandOf(key) === "leave" || map.commandOf(key) === "relate") return relating.leave();
  if ([...key].length === 1) return board.note.say(`No mention has these letters. ${printed(map, "leave") ?? "The mouse"} leaves.`);
  return false;
}

function done(action: () => void): true {
  action();
  return true;
}

function carryOut(board: Board, command: NoteCommand): boolean {
  const { note, page, threshold, relating } = board;
  const move = edgeMoves[command];
  if (move) return note.nudge(...move);
  const nth = placeOf("relation", command);
  if (nth !== undefined) return relating.take(nth);
  switch (command) {
    case "intents":
      return page.onOtherView ? done(page.onOtherView) : note.say("Only a transcript has intents.");
    case "accept":
      return note.accept();
    case "reject":
      return note.reject();
    case "repeat":
      return board.showRepetition();
    case "acceptSure":
      return done(() => note.carryOut(acceptAbove(note.mentions, threshold.value)));
    case "lowerThreshold":
      return threshold.set(threshold.value - 0.01);
    case "raiseThreshold":
      return threshold.set(threshold.value + 0.01);
    case "next":
      return note.step(1);
    case "previous":
      return note.step(-1);
    case "nextUndecided":
      return note.goUndecided();
    case "select":
      return note.startSelecting();
    case "selectForward":
      return note.moveWord(1, false);
    case "selectBack":
      return note.moveWord(-1, false);
    case "selectDown":
      return note.moveLine(true, false);
    case "selectUp":
      return note.moveLine(false, false);
    case "extendForward":
      return note.moveWord(1, true);
    case "extendBack":
      return note.moveWord(-1, true);
    case "extendDown":
      return note.moveLine(true, true);
    case "extendUp":
      return note.moveLine(false, true);
    case "nextSection":
      return note.stepSection(1);
    case "previousSection":
      return note.stepSection(-1);
    case "outline":
      return done(board.toggleOutline);
    case "hideIdentity":
      return board.toggleIdentity();
    case "guideline":
      return done(board.toggleGuideline);
    case "archived":
      return board.toggleArchived();
    case "conflicts":
      return page.onConflicts ? done(page.onConflicts) : note.say("Nothing of yours waits for a choice.");
    case "undo":
      return note.travel(true);
    case "redo":
      return note.travel(false);
    case "complete":
      return done(note.editable ? page.onComplete : page.onNext);
    case "nextDocument":
      return done(page.onNext);
    case "previousDocument":
      return done(page.onPrevious);
    case "back":
      return done(page.onBack);
    case "concepts":
      return board.showConcepts();
    case "comments":
      return done(board.showComments);
    case "suggestedConcept":
      return board.concepts.takeSuggested();
    case "relate":
      return relating.start();
    case "nextTarget":
      return relating.step(1);
    case "previousTarget":
      return relating.step(-1);
    case "firstRelation":
      return relating.first();
    case "relations":
      return relating.nextRelation();
    case "unrelate":
      return relating.unrelate();
    case "otherEnd":
      return relating.otherEnd();
    case "overlapping":
      return note.stepOverlapping();
    case "addPiece":
      return note.addPiece();
    case "removePiece":
      return note.removePiece();
    case "nextPiece":
      return note.nextPiece();
    case "details":
      return board.details.toggle();
    case "negated":
    case "uncertain":
    case "historical":
    case "hypothetical":
    case "family":
      return board.details.flag(command);
    case "leave":
      if (relating.index !== undefined) return relating.leave();
      return board.details.shown ? done(board.details.close) : note.leave();
    case "keys":
      return done(board.showKeys);
    default:
      return false;
  }
}
