// Which key does what: a table of commands with their first keys, and what somebody has put in place of them. Pure.

export interface Command<Id extends string = string> {
  id: Id;
  keys: readonly string[];
  does: string;
  /** A command that has its keys only in this mode; there they come before all others. */
  mode?: string;
}

/** Keys that somebody chose, by command; a command that is not named keeps its own. */
export type KeyChoices = Readonly<Record<string, readonly string[]>>;

export interface Keymap<Id extends string = string> {
  commands: readonly Command<Id>[];
  keysOf(id: Id): readonly string[];
  /** What a key does, in a mode or without one. */
  commandOf(key: string, mode?: string): Id | undefined;
  /** What a key does in a mode and only there. */
  commandIn(key: string, mode: string): Id | undefined;
}

export function keymap<Id extends string>(commands: readonly Command<Id>[], choices: KeyChoices): Keymap<Id> {
  const keys = new Map(commands.map((command) => [command.id, choices[command.id] ?? command.keys]));
  const find = (key: string, mode: string | undefined) =>
    commands.find((command) => command.mode === mode && keys.get(command.id)!.includes(key))?.id;
  return {
    commands,
    keysOf: (id) => keys.get(id) ?? [],
    commandIn: (key, mode) => find(key, mode),
    commandOf: (key, mode) => (mode === undefined ? undefined : find(key, mode)) ?? find(key, undefined),
  };
}

/** Every page's own. */
export const keysCommand = { id: "keys", keys: ["?"], does: "these keys" } as const;

type Digit = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
const digits: readonly Digit[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The digits as commands, `take1` to `take9`: each can be given another key like any other. */
export const digitCommands = <Name extends string>(name: Name, does: (digit: Digit) => string): readonly Command<`${Name}${Digit}`>[] =>
  digits.map((digit) => ({ id: `${name}${digit}` as const, keys: [digit], does: does(digit) }));

/** Which of the digits' commands it is, from 0; undefined for every other. */
export function placeOf(name: string, id: string): number | undefined {
  const digit = id.startsWith(name) ? digits.indexOf(id.slice(name.length) as Digit) : -1;
  return digit < 0 ? undefined : digit;
}

export interface KeyConflict {
  key: string;
  commands: Command[];
}

/** Keys that more than one command of the same mode claims. */
export function conflictsOf(map: Keymap): KeyConflict[] {
  const claims = new Map<string, Command[]>();
  for (const command of map.commands) {
    for (const key of new Set(map.keysOf(command.id))) {
      const claim = `${command.mode ?? ""} ${key}`;
      claims.set(claim, [...(claims.get(claim) ?? []), command]);
    }
  }
  return [...claims.values()]
    .filter((commands) => commands.length > 1)
    .map((commands) => ({ key: map.keysOf(commands[0]!.id).find((key) => map.keysOf(commands[1]!.id).includes(key))!, commands }));
}

/** The choices with `key` as the only key of a command; whatever else had it in the same mode has it no longer. */
export function withKey(map: Keymap, choices: KeyChoices, id: string, key: string): KeyChoices {
  const command = map.commands.find((candidate) => candidate.id === id);
  if (!command) return choices;
  const others = map.commands
    .filter((other) => other.id !== id && other.mode === command.mode && map.keysOf(other.id).includes(key))
    .map((other) => [other.id, map.keysOf(other.id).filter((taken) => taken !== key)]);
  return { ...choices, ...Object.fromEntries(others), [id]: [key] };
}

export function withoutChoice(choices: KeyChoices, id: string): KeyChoices {
  const { [id]: _, ...rest } = choices;
  return rest;
}

/** What an exported file holds. */
export interface KeyFile {
  format: "clinicalnlp-keys";
  page: string;
  keys: KeyChoices;
  /** Of the dialogs that pages share; files of earlier versions have none. */
  dialogs?: KeyChoices;
}

/** The choices in an exported file, or why it cannot be used. Unknown commands and keys claimed twice refuse it. */
export function readKeyFile(
  json: string,
  page: string,
  commands: readonly Command[],
  ofDialogs: readonly Command[],
): { choices: KeyChoices; dialogs?: KeyChoices } | { refused: string } {
  let file: Partial<KeyFile>;
  try {
    file = JSON.parse(json) as Partial<KeyFile>;
  } catch {
    return { refused: "The file is not JSON." };
  }
  if (file?.format !== "clinicalnlp-keys" || !isChoices(file.keys)) return { refused: "The file holds no keys of this workbench." };
  if (file.page !== page) return { refused: `The file holds the keys of another page (${String(file.page)}).` };
  const { keys: choices, dialogs } = file;
  if (dialogs !== undefined && !isChoices(dialogs)) return { refused: "The file holds no keys of this workbench." };
  const refused = refusedChoices(commands, choices) ?? refusedChoices(ofDialogs, dialogs ?? {});
  if (refused !== undefined) return { refused };
  return dialogs ? { choices, dialogs } : { choices };
}

function refusedChoices(commands: readonly Command[], choices: KeyChoices): string | undefined {
  const unknown = Object.keys(choices).find((id) => !commands.some((command) => command.id === id));
  if (unknown !== undefined) return `There is no command ${unknown}.`;
  const conflict = conflictsOf(keymap(commands, choices))[0];
  return conflict && `${conflict.key} is claimed twice: ${conflict.commands.map((c) => c.does).join("; ")}.`;
}

export function isChoices(value: unknown): value is KeyChoices {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((keys) => Array.isArray(keys) && keys.every((key) => typeof key === "string" && key.length > 0))
  );
}

/** The first key of a command, as it is printed beside what it does; undefined when it has none. */
export function printed<Id extends string>(map: Keymap<Id>, id: Id): string | undefined {
  const key = map.keysOf(id)[0];
  return key === undefined ? undefined : keyName(key);
}

/** As it is printed upon the key. */
export const keyName = (key: string) => (key === " " ? "Space" : key === "Escape" ? "Esc" : key.replace("Arrow", ""));
