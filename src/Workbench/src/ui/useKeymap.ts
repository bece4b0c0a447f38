import { useMemo, useSyncExternalStore } from "react";
import { isChoices, keymap, type Command, type KeyChoices, type Keymap } from "./keymap.ts";

// Kept per browser: keyboards differ from desk to desk more than from person to person.
const setting = (page: string) => `clinicalnlp.keys.${page}`;
const none: KeyChoices = {};
const read = new Map<string, KeyChoices>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function choicesOf(page: string): KeyChoices {
  let choices = read.get(page);
  if (!choices) {
    choices = parse(localStorage.getItem(setting(page)));
    read.set(page, choices);
  }
  return choices;
}

function parse(json: string | null): KeyChoices {
  try {
    const value: unknown = JSON.parse(json ?? "{}");
    return isChoices(value) ? value : none;
  } catch {
    return none;
  }
}

export interface PageKeys<Id extends string = string> {
  page: string;
  map: Keymap<Id>;
  choices: KeyChoices;
  choose: (choices: KeyChoices) => void;
}

/** The keys of a page as they are now, and the way to change them. */
export function useKeymap<Id extends string>(page: string, commands: readonly Command<Id>[]): PageKeys<Id> {
  const choices = useSyncExternalStore(subscribe, () => choicesOf(page));
  return useMemo(
    () => ({
      page,
      map: keymap(commands, choices),
      choices,
      choose: (chosen) => {
        read.set(page, chosen);
        localStorage.setItem(setting(page), JSON.stringify(chosen));
        listeners.forEach((listener) => listener());
      },
    }),
    [page, commands, choices],
  );
}
