import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Mention } from "../../api/types.ts";
import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { selectedSpan, moveSelection, type KeySelection } from "../../text/spanEditing.ts";
import { sectionAt, sectionsOf } from "../../text/sections.ts";
import { tokenAfter, tokenize, type Span } from "../../text/tokens.ts";
import * as decide from "./decisions.ts";
import type { Made } from "./repeat.ts";
import type { SurfaceHandle } from "./TextSurface.tsx";
import { neighbour, nextUndecided } from "./walk.ts";

export type Note = ReturnType<typeof useNote>;

/** What is current on a note, and what a person can do there; keys, buttons and mouse all end here. Every action says that it acted. */
export function useNote(props: DocumentViewProps) {
  const { document: note, session } = props;
  const surface = useRef<SurfaceHandle>(null);
  const editable = note.status !== "done";
  const words = useMemo(() => ({ text: note.text, tokens: tokenize(note.text) }), [note.text]);
  const sections = useMemo(() => sectionsOf(note.text), [note.text]);
  const [chosen, setChosen] = useState<string>();
  const [dragged, setDragged] = useState<Span>();
  const [keySelection, setKeySelection] = useState<KeySelection>();
  const [message, setMessage] = useState("");
  const [made, setMade] = useState<Made>();

  const mentions = note.mentions;
  const currentId = chosen === undefined ? undefined : session.currentId(chosen);
  const current = useMemo(() => mentions.find((mention) => mention.id === currentId), [mentions, currentId]);
  const selection = keySelection ? selectedSpan(words.tokens, keySelection) : dragged;
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

  // On opening: the first thing to decide, and the keys go to the text.
  useEffect(() => {
    choose(undefined);
    chooseById(nextUndecided(note.mentions, undefined));
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

  function nudge(...[edge, direction, step]: Parameters<typeof decide.nudge> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never): boolean {
    if (!current) return false;
    carryOut(decide.nudge(words, mentions, current, edge, direction, step));
    return true;
  }

  function resize(mention: Mention | undefined, span: Span): void {
    if (mention) carryOut(decide.resize(mentions, mention, span));
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
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return true;
  }

  return {
    surface, words, sections, editable, mentions, current, currentId, selection, selecting: keySelection !== undefined, open, message, made,
    say, choose, chooseById, carryOut, accept, reject, label, nudge, resize, travel, step, goUndecided,
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
