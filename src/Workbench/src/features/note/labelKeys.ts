import type { LabelDefinition } from "../../api/types.ts";

const spare = "1234567890qwertyuiopsdfghlzcvbm";

/** The next digits and letters that mean nothing else; fewer when they run out. */
export const freeKeys = (taken: ReadonlySet<string>, count: number): string[] => [...spare].filter((key) => !taken.has(key)).slice(0, count);

/**
 * The key of every label: the schema's own where it is free, otherwise the next digit or letter that is.
 * @param taken keys that mean something else on the page
 */
export function labelKeys(labels: readonly LabelDefinition[], taken: Iterable<string>): Map<string, string> {
  const keys = new Map<string, string>();
  const used = new Set(taken);
  for (const label of labels) {
    const wanted = label.key?.trim();
    if (wanted && [...wanted].length === 1 && !used.has(wanted)) {
      keys.set(label.name, wanted);
      used.add(wanted);
    }
  }
  for (const label of labels) {
    if (keys.has(label.name)) continue;
    const free = [...spare].find((key) => !used.has(key));
    if (!free) break;
    keys.set(label.name, free);
    used.add(free);
  }
  return keys;
}
