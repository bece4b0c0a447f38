// The documents of a project that were ticked in its list, for the pages that do something with them. Kept over a reload, for this tab alone.

import { useSyncExternalStore } from "react";

const setting = "clinicalnlp.chosen";
const nothing: readonly string[] = [];

interface Chosen {
  projectId: string;
  ids: readonly string[];
}

const listeners = new Set<() => void>();
let chosen = read();

function read(): Chosen | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(setting) ?? "null") as Chosen | null;
    return typeof kept?.projectId === "string" && Array.isArray(kept.ids) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function choose(now: Chosen): void {
  chosen = now;
  try {
    sessionStorage.setItem(setting, JSON.stringify(now));
  } catch {
    // No room: it then lasts until the page is loaded again.
  }
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useChosenDocuments(projectId: string): [ids: readonly string[], choose: (ids: readonly string[]) => void] {
  const ids = useSyncExternalStore(listen, () => (chosen?.projectId === projectId ? chosen.ids : nothing));
  return [ids, (now) => choose({ projectId, ids: now })];
}
