import { useMemo, useState } from "react";
import type { Project } from "../../api/types.ts";
import { isAssertion } from "../../corrections/said.ts";
import type { Keymap } from "../../ui/keymap.ts";
import { noteCommands, type NoteCommand } from "./commands.ts";
import * as say from "./details.ts";
import type { Note } from "./useNote.ts";

export type Details = ReturnType<typeof useDetails>;

/** What is said of the current mention, and the saying of it. Shown or not, it follows from one mention to the next. */
export function useDetails(note: Note, project: Project, map: Keymap<NoteCommand>) {
  const { current, selection, editable } = note;
  const [open, setOpen] = useState(false);
  /** The attribute whose value is being typed. */
  const [typing, setTyping] = useState<string>();
  const label = current?.label ?? "";
  const { attributes } = project;
  const choices = useMemo(
    () => say.choicesFor(attributes, label, noteCommands.filter(({ mode }) => !mode || mode === "details").flatMap(({ id }) => map.keysOf(id))),
    [attributes, label, map],
  );
  const shown = open && editable && current !== undefined && !selection;

  function choose(choice: say.AttributeChoice): true {
    if (!current) return true;
    if (choice.value === undefined) setTyping(choice.name);
    else note.carryOut(say.setAttribute(attributes, current, choice.name, choice.value));
    return true;
  }

  return {
    shown,
    typing: shown ? typing : undefined,
    flags: say.flagsFor(attributes, label),
    choices,
    choose,
    toggle: (): boolean => {
      if (!editable) return note.say("The document is done. Reopen it to change it.");
      if (!current) return note.say("Choose a mention first.");
      setOpen(!open);
      return true;
    },
    close: () => setOpen(false),
    /** False: no assertion is of this name. */
    flag: (name: string): boolean => {
      if (!current || !isAssertion(name)) return false;
      note.carryOut(say.toggleFlag(attributes, current, name));
      return true;
    },
    /** False: the key chooses no value. */
    byKey: (key: string): boolean => {
      const choice = shown ? choices.find((candidate) => candidate.key === key) : undefined;
      return choice !== undefined && choose(choice);
    },
    typed: (value: string | undefined) => {
      setTyping(undefined);
      if (value !== undefined && typing !== undefined && current) note.carryOut(say.setAttribute(attributes, current, typing, value));
      note.surface.current?.focus();
    },
  };
}
