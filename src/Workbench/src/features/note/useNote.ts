import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Mention } from "../../api/types.ts";
import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { selectedSpan, moveSelection, type Direction, type Edge, type KeySelection, type Step } from "../../text/spanEditing.ts";
import { sectionAt, sectionsOf } from "../../text/sections.ts";
import { tokenAfter, tokenize, type Span } from "../../text/tokens.ts";
import * as decide from "./decisions.ts";
import * as pieces from "./pieces.ts";
import type { Made } from "./repeat.ts";
import type { SurfaceHandle } from "./TextSurface.tsx";
import { neighbour, nextUndecided, overlapping } from "./walk.ts";

type EdgeMove = [edge: Edge, direction: Direction, step: Step];

export type Note = ReturnType<typeof useNote>;

/** The mention at the place that was asked for; without such a place the first one that nobody has decided. */
function firstToDecide(mentions: readonly Mention[], at: number | undefined): string | undefined {
  if (at === undefined) return nextUndecided(mentions, undefined);
  return mentions.find((mention) => mention.start <= at && at < mention.end)?.id;
}

/** Tab goes from mention to mention only there: elsewhere it goes from button to button. */
export const isInText = () => !!document.activeElement?.closest(".text-surface");

/** What is current on a note, and what a person can do there; keys, buttons and mouse all end here. Every action says that it acted. */
export function useNote(props: DocumentViewProps) {
  const { document: note, session } = props;
  const surface = useRef<SurfaceHandle>(null);
  const panel = useRef<HTMLElement>(null);
  const editable = note.status !== "done";
  const words = useMemo(() => ({ text: note.text, tokens: tokenize(note.text) }), [note.text]);
  const sections = useMemo(() => sectionsOf(note.text), [note.text]);
  const [chosen, setChosen] = useState<string>();
  const [dragged, setDragged] = useState<Span>();
  const [keySelection, setKeySelection] = useState<KeySelection>();
  /** In the piece of the current mention that the edge keys move. */
  const [pieceOffset, setPieceOffset] = useState(0);
  /** The mentions that are gone through where several overlap. */
  const round = useRef<readonly string[]>([]);
  const [message, setMessage] = useState("");
  const [made, setMade] = useState<Made>();

  // On opening: the first thing to decide is current from the first drawing on, so that no key comes too early.
  const [opened, setOpened] = useState<string>();
  if (opened !== note.id) {
    setOpened(note.id);
    setChosen(firstToDecide(note.mentions, props.at));
    setPieceOffset(0);
    setDragged(undefined);
    setKeySelection(undefined);
    setMessage("");
  }

  const mentions = note.mentions;
  const currentId = chosen === undefined ? undefined : session.currentId(chosen);
  const current = useMemo(() => mentions.find((mention) => mention.id === currentId), [mentions, currentId]);
  const selection = keySelection ? selectedSpan(words.tokens, keySelection) : dragged;
  const pieceIndex = current ? pieces.pieceAt(current, pieceOffset) : 0;
  const piece = current && pieces.piecesOf(current)[pieceIndex];
  const open = useMemo(() => mentions.reduce((sum, mention) => sum + (mention.state === "suggested" ? 1 : 0), 0), [mentions]);

  const say = useCallback((words: string): true => {
    setMessage(words);
    return true;
  }, []);

  const letGo = useCallback(() => {
    setDragged(undefined);
    setKeySelection(undefined);
    setMessage("");
  }, []);

  const choose = useCallback(
    (id: string | undefined, span?: Span): true => {
      setChosen(id);
      setPieceOffset(0);
      letGo();
      if (span) surface.current?.reveal(span);
      return true;
    },
    [letGo],
  );

  const latest = useRef(mentions);
  latest.current = mentions;
  const chooseById = useCallback(
    (id: string | undefined) => choose(id, latest.current.find((mention) => mention.id === id)),
    [choose],
  );

  // On opening: the text shows what is current, and the keys go to it.
  useEffect(() => {
    const { at } = props;
    if (current) surface.current?.reveal(current);
    else if (at !== undefined) surface.current?.reveal({ start: at, end: at });
    surface.current?.focus();
    // Only when another document is opened.
    // eslint-disable-next-line
  }, [note.id]);

  /** Carries a decision out. */
  function carryOut(decision: decide.Decision): boolean {
    if (!editable) say("The document is done. Reopen it to change it.");
    else if ("refused" in decision) say(decision.refused);
    else {
      session.perform(decision.changes);
      letGo();
      return true;
    }
    return false;
  }

  /** Carries a decision on the current mention out and goes to the next undecided one. */
  function decideCurrent(decision: decide.Decision, kept: Made): true {
    const from = current!;
    const following = nextUndecided(mentions, from.id);
    const beside = neighbour(mentions, from.id, 1) === from.id ? neighbour(mentions, from.id, -1) : neighbour(mentions, from.id, 1);
    if (!carryOut(decision)) return true;
    setMade(kept);
    if (following) return chooseById(following);
    if (kept.kind === "reject") choose(beside);
    return true;
  }

  const surfaceOf = (span: Span) => note.text.slice(span.start, span.end);

  function accept(): boolean {
    if (!current) return false;
    // What is decided needs no second key: the same key leads on.
    if (current.state !== "suggested" && editable) return goUndecided();
    return decideCurrent(decide.accept(current), { kind: "accept", words: surfaceOf(current), label: current.label });
  }

  function reject(): boolean {
    if (!current) return false;
    return decideCurrent(decide.reject(current), { kind: "reject", words: surfaceOf(current), label: current.label });
  }

  function label(name: string): boolean {
    if (selection) {
      const decision = decide.add(mentions, selection, name, session.newMentionId());
      if (carryOut(decision) && "changes" in decision) {
        setChosen(decision.changes[0]!.mentionId);
        setMade({ kind: "add", words: surfaceOf(selection), label: name });
      }
      return true;
    }
    if (!current) return false;
    return decideCurrent(
      decide.relabel(mentions, current, name),
      current.label === name
        ? { kind: "accept", words: surfaceOf(current), label: name }
        : { kind: "relabel", words: surfaceOf(current), from: current.label, label: name },
    );
  }

  function nudge(...[edge, direction, step]: EdgeMove): boolean {
    if (!current) return false;
    replacePiece(pieces.movedPiece(words, current, pieceIndex, edge, direction, step));
    return true;
  }

  function replacePiece(span: Span): void {
    if (current && carryOut(pieces.replacePiece(mentions, current, pieceIndex, span))) setPieceOffset(span.start);
  }

  function addPiece(): true {
    if (!current) return say("Choose the mention first, then select the words to add.");
    if (!selection) return say("Select the words to add first.");
    if (carryOut(pieces.addPiece(mentions, current, selection))) setPieceOffset(selection.start);
    return true;
  }

  function removePiece(): boolean {
    if (!current) return false;
    if (carryOut(pieces.removePiece(mentions, current, pieceIndex))) setPieceOffset(0);
    return true;
  }

  function nextPiece(): boolean {
    if (!current) return false;
    const all = pieces.piecesOf(current);
    if (all.length === 1) return say("The mention has one piece only.");
    const next = all[(pieceIndex + 1) % all.length]!;
    setPieceOffset(next.start);
    surface.current?.reveal(next);
    return say(`Piece ${((pieceIndex + 1) % all.length) + 1} of ${all.length}.`);
  }

  /** All that overlap the one where it began, also those that do not overlap each other. */
  function stepOverlapping(): boolean {
    if (!current) return false;
    const begun = round.current.includes(current.id) && round.current.every((id) => mentions.some((mention) => mention.id === id));
    const ids = begun ? round.current : overlapping(mentions, current).map((mention) => mention.id);
    if (ids.length === 1) return say("No other mention overlaps this one.");
    chooseById(ids[(ids.indexOf(current.id) + 1) % ids.length]);
    round.current = ids;
    return true;
  }

  function travel(back: boolean): true {
    if (!editable) return say("The document is done. Reopen it to change it.");
    const { changes, leftAlone } = back ? session.undo() : session.redo();
    const left = leftAlone > 0 ? ` ${leftAlone} that changed since ${leftAlone === 1 ? "was" : "were"} left alone.` : "";
    if (changes.length === 0) return say(`There is nothing to ${back ? "undo" : "redo"}.${left}`);
    const touched = changes.find((change) => change.mentionId)?.mentionId;
    const now = session.view().document?.mentions.find((mention) => mention.id === (touched && session.currentId(touched)));
    if (now) choose(now.id, now);
    return say((back ? "Undone." : "Redone.") + left);
  }

  function step(by: 1 | -1): true {
    return chooseById(neighbour(mentions, currentId, by));
  }

  function goUndecided(): true {
    const next = nextUndecided(mentions, currentId);
    return next ? chooseById(next) : say("Every mention is decided.");
  }

  function startSelecting(): boolean {
    if (!editable || words.tokens.length === 0) return false;
    const from = selection?.start ?? current?.end ?? surface.current?.top() ?? 0;
    const at = Math.min(words.tokens.length - 1, tokenAfter(words.tokens, from));
    setDragged(undefined);
    select({ anchor: at, head: at });
    return say("Selecting by keys: arrows move, Shift extends, a label key marks, Esc leaves.");
  }

  function select(next: KeySelection): true {
    setKeySelection(next);
    const token = words.tokens[next.head];
    if (token) surface.current?.reveal(token);
    return true;
  }

  function moveWord(by: 1 | -1, extend: boolean): boolean {
    return !!keySelection && select(moveSelection(words.tokens, keySelection, by, extend));
  }

  function moveLine(down: boolean, extend: boolean): boolean {
    if (!keySelection) return false;
    const from = words.tokens[keySelection.head]!.start;
    const offset = surface.current?.vertical(from, down) ?? from;
    const to = Math.min(words.tokens.length - 1, tokenAfter(words.tokens, offset));
    return select(moveSelection(words.tokens, keySelection, to - keySelection.head, extend));
  }

  /** Shows a section and chooses what is to be decided in it first, or else its first mention. */
  function goToSection(index: number): true {
    const section = sections[index];
    if (!section) return say("There is no section there.");
    const inside = mentions.filter((mention) => mention.start >= section.start && mention.start < section.end);
    choose((inside.find((mention) => mention.state === "suggested") ?? inside[0])?.id, section);
    return say(section.title);
  }

  function stepSection(by: 1 | -1): true {
    const offset = current?.start ?? surface.current?.top() ?? 0;
    return goToSection(sectionAt(sections, offset) + by);
  }

  function leave(): true {
    if (selection) letGo();
    // In the text Tab goes from mention to mention: whoever wants the buttons gets to them by the panel, and back.
    else if (isInText()) panel.current?.focus();
    else surface.current?.focus();
    return true;
  }

  return {
    piece, pieceIndex, addPiece, removePiece, nextPiece, stepOverlapping,
    surface, panel, words, sections, editable, mentions, current, currentId, selection, selecting: keySelection !== undefined, open, message, made,
    say, choose, chooseById, carryOut, accept, reject, label, nudge, replacePiece, travel, step, goUndecided,
    startSelecting, moveWord, moveLine, goToSection, stepSection, leave,
    drag: (span: Span | undefined) => {
      letGo();
      setDragged(span);
    },
    pick: (ids: string[]) => {
      // A second click on overlapping mentions goes to the one around.
      choose(ids[(ids.indexOf(currentId ?? "") + 1) % ids.length]);
    },
  };
}
