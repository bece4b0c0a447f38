import type { IntentDefinition } from "../api/types.ts";

export const outOfScope = "oos";

/** `book_appointment` reads `book appointment`; the one name that does not say what it means is spelled out. */
export const readable = (intent: string) => (intent === outOfScope ? "out of scope" : intent.replaceAll("_", " "));

/** All intents a turn may get: the project's own, and out of scope, which every project has. */
export function choices(intents: readonly IntentDefinition[]): IntentDefinition[] {
  return [
    ...intents.filter((intent) => intent.name !== outOfScope),
    { name: outOfScope, description: "None of these: the patient wants something else" },
  ];
}

/** Best first: starts with what was typed, then a word that does, then contains it, then has its letters in order. */
export function search(intents: readonly IntentDefinition[], typed: string): IntentDefinition[] {
  const sought = typed.trim().toLowerCase().replaceAll("_", " ");
  if (sought === "") return [...intents];
  return intents
    .map((intent, index) => ({ intent, index, rank: rankOf(intent, sought) }))
    .filter((match) => match.rank < 5)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((match) => match.intent);
}

function rankOf(intent: IntentDefinition, sought: string): number {
  const name = readable(intent.name).toLowerCase();
  if (name.startsWith(sought) || intent.name.startsWith(sought)) return 0;
  if (name.split(" ").some((word) => word.startsWith(sought))) return 1;
  if (name.includes(sought)) return 2;
  if (hasInOrder(name, sought)) return 3;
  return intent.description?.toLowerCase().includes(sought) ? 4 : 5;
}

function hasInOrder(name: string, sought: string): boolean {
  let at = 0;
  for (const letter of sought.replaceAll(" ", "")) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
