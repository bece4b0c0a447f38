import { api } from "../api/client.ts";
import { accountName } from "./sessions.ts";

// Finished documents that were opened again to mend something, with the revision that this made. One that is left at that revision was
// only looked at, and is completed again; kept in the browser, so that a page that was closed meanwhile is made good by the next one.

/** What is kept of one. */
export interface Reopened {
  revision: number;
  /** When a page that shows it last said so, in milliseconds; several tabs keep one list. */
  shown: number;
}

const setting = () => `clinicalnlp.reopened.${accountName()}`;

/** How often a page that shows one says so, and after how long it has gone; milliseconds. */
const sayEvery = 20_000;
const goneAfter = 3 * sayEvery;

/** What was kept, also by an earlier version, which kept the revision alone; nothing where it cannot be read. */
export function readReopened(json: string | null): Record<string, Reopened> {
  try {
    const kept = JSON.parse(json ?? "{}") as Record<string, Reopened | number>;
    return Object.fromEntries(
      Object.entries(kept).map(([id, entry]) => [id, typeof entry === "number" ? { revision: entry, shown: 0 } : entry]),
    );
  } catch {
    return {};
  }
}

/** Those that no page shows any more. */
export const abandoned = (reopened: Record<string, Reopened>, now: number): string[] =>
  Object.keys(reopened).filter((id) => Math.abs(now - reopened[id]!.shown) > goneAfter);

const read = () => readReopened(localStorage.getItem(setting()));

function write(reopened: Record<string, Reopened>): void {
  if (Object.keys(reopened).length === 0) localStorage.removeItem(setting());
  else localStorage.setItem(setting(), JSON.stringify(reopened));
}

function forget(id: string): void {
  const { [id]: _, ...others } = read();
  write(others);
}

/** Opens a finished document again, until it is left. */
export async function reopenForNow(id: string, revision: number): Promise<void> {
  const reopened = await api.reopen(id, revision);
  write({ ...read(), [id]: { revision: reopened.revision, shown: Date.now() } });
}

/** While a page shows a document: says so, that no other page completes it. Returns what ends that. */
export function showing(id: string): () => void {
  const say = () => {
    const reopened = read();
    const entry = reopened[id];
    if (entry) write({ ...reopened, [id]: { ...entry, shown: Date.now() } });
  };
  say();
  const timer = setInterval(say, sayEvery);
  return () => clearInterval(timer);
}

/**
 * Completes it again when nothing was changed since. The service compares the revisions, so that a change from elsewhere is never
 * completed unseen.
 * @param unsent Something of it is still on its way: it was changed.
 */
export async function leaveReopened(id: string, unsent = false): Promise<void> {
  const revision = read()[id]?.revision;
  if (revision === undefined) return;
  forget(id);
  if (!unsent) await api.complete(id, revision).catch(() => {});
}

/** Makes good what closed pages left behind, now and then, until what it returns is called. */
export function leaveAbandoned(): () => void {
  const leave = () => abandoned(read(), Date.now()).forEach((id) => void leaveReopened(id));
  leave();
  const timer = setInterval(leave, sayEvery);
  return () => clearInterval(timer);
}
