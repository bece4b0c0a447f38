import { useMemo, useState } from "react";
import type { Mention, Project, Relation } from "../../api/types.ts";
import { noteCommands } from "./commands.ts";
import * as relate from "./relations.ts";
import { printed, type Keymap } from "../../ui/keymap.ts";
import type { NoteCommand } from "./commands.ts";
import type { Note } from "./useNote.ts";

export type Relating = ReturnType<typeof useRelating>;

const letters = "asdfghlqwertyuiopzxcvbnmjk";

interface Begun {
  start: string;
  target?: string | undefined;
  typed: string;
  hints: ReadonlyMap<string, string>;
}

/** Relating the current mention to another by keys, and going through the relations it has. */
export function useRelating(note: Note, project: Project, relations: readonly Relation[], map: Keymap<NoteCommand>) {
  const { current, mentions, editable } = note;
  const [begun, setBegun] = useState<Begun>();
  const [at, setAt] = useState<{ mention: string; index: number }>();
  const seen = useMemo(() => (current ? relate.seenFrom(current, relations, mentions) : []), [current, relations, mentions]);
  const index = at && at.mention === current?.id && at.index < seen.length ? at.index : undefined;
  const active = begun !== undefined && begun.start === current?.id && editable;
  const target = useMemo(
    () => (active ? mentions.find((mention) => mention.id === begun.target) : undefined),
    [active, mentions, begun],
  );
  const choices = active && target ? relate.choicesBetween(project.relations, current!, target) : none;

  const isTarget = (mention: Mention) => relate.choicesBetween(project.relations, current!, mention).length > 0;

  function start(): true {
    if (!editable) return note.say("The document is done. Reopen it to change it.");
    if (!current) return note.say("Choose a mention first.");
    const screen = note.surface.current?.visible() ?? { start: 0, end: note.words.text.length };
    const near = mentions.filter((mention) => mention.start < screen.end && mention.end > screen.start && isTarget(mention));
    if (near.length === 0 && !mentions.some(isTarget)) return note.say(`The project has no relation between ${current.label} and what is marked here.`);
    const taken = new Set(noteCommands.filter(({ mode }) => mode === "relating").flatMap(({ id }) => map.keysOf(id)));
    setBegun({ start: current.id, typed: "", hints: relate.hintsFor(near, [...letters].filter((letter) => !taken.has(letter)).join("")) });
    return note.say(`Relate to: type the letters beside a mention, or go there. ${said("nextTarget", "goes to the next")} ${said("leave", "leaves")}`);
  }

  function said(command: NoteCommand, does: string): string {
    const key = printed(map, command);
    return key === undefined ? "" : `${key} ${does}.`;
  }

  function leave(): true {
    setBegun(undefined);
    setAt(undefined);
    return note.say("");
  }

  function make(other: Mention, choice: relate.RelationChoice): true {
    if (!current) return leave();
    const made = note.carryOut(relate.relate(relations, current, other, choice));
    setBegun(undefined);
    if (made) note.say(`Related: ${choice.reversed ? "←" : "→"} ${choice.type}.`);
    return true;
  }

  /** The next mention in the text that a relation may lead to; from the top again at the end. */
  function step(by: 1 | -1): true {
    const from = mentions.findIndex((mention) => mention.id === (begun?.target ?? current?.id));
    for (let away = 1; away <= mentions.length; away++) {
      const mention = mentions[(from + by * away + mentions.length * 2) % mentions.length]!;
      if (isTarget(mention)) return aim(mention);
    }
    return true;
  }

  function aim(mention: Mention): true {
    setBegun({ ...begun!, target: mention.id, typed: "" });
    note.surface.current?.reveal(mention);
    return note.say(`${said("relation1", "and its neighbours choose the relation")} ${said("firstRelation", "takes the first one")}`);
  }

  /** False: the key means nothing while relating. */
  function byKey(key: string): boolean {
    if (!active) return false;
    const typed = begun.typed + key;
    const hinted = mentions.find((mention) => mention.id === begun.hints.get(typed));
    // A single possibility is not taken at once: a digit that follows out of habit would relabel the mention.
    if (hinted) return aim(hinted);
    if (![...begun.hints.keys()].some((hint) => hint.startsWith(typed))) return false;
    setBegun({ ...begun, typed });
    return true;
  }

  return {
    active,
    target,
    choices,
    hints: active && !target ? hintsLeft(begun) : noHints,
    seen,
    index,
    start,
    leave,
    step,
    byKey,
    make,
    /** With the mouse: one of the mentions that were clicked. */
    pick: (ids: readonly string[]): void => {
      const picked = mentions.find((mention) => ids.includes(mention.id) && isTarget(mention));
      if (picked) aim(picked);
    },
    /** Which of the relations offered, from 0; false: there is none such yet. */
    take: (nth: number): boolean => target !== undefined && choices[nth] !== undefined && make(target, choices[nth]),
    first: (): true => (target && choices[0] ? make(target, choices[0]) : note.say("Choose the other mention first.")),
    /** The next of the relations that the mention has. */
    nextRelation: (): true => {
      if (!current || seen.length === 0) return note.say("The mention has no relations.");
      setAt({ mention: current.id, index: index === undefined ? 0 : (index + 1) % seen.length });
      return note.say("");
    },
    unrelate: (which = index): boolean => {
      const one = which === undefined ? undefined : seen[which];
      return one !== undefined && note.carryOut(relate.unrelate(one.relation));
    },
    otherEnd: (which = index): boolean => {
      const one = which === undefined ? undefined : seen[which];
      return one !== undefined && note.chooseById(one.other.id);
    },
  };
}

const none: readonly relate.RelationChoice[] = [];
const noHints: ReadonlyMap<string, string> = new Map();

/** By mention, what is still to be typed of its hint. */
const hintsLeft = ({ hints, typed }: Begun): ReadonlyMap<string, string> =>
  new Map([...hints].filter(([hint]) => hint.startsWith(typed)).map(([hint, id]) => [id, hint.slice(typed.length)]));
