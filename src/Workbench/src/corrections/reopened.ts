import { api } from "../api/client.ts";
import { accountName } from "./sessions.ts";

// Finished documents that were opened again to mend something, with the revision that this made. One that is left at that revision was
// only looked at, and is completed again; kept in the browser, so that a page that was closed meanwhile is made good by the next one.

const setting = () => `clinicalnlp.reopened.${accountName()}`;

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(setting()) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
}

function write(reopened: Record<string, number>): void {
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
  write({ ...read(), [id]: reopened.revision });
}

/**
 * Completes it again when nothing was changed since. The service compares the revisions, so that a change from elsewhere is never
 * completed unseen.
 * @param unsent Something of it is still on its way: it was changed.
 */
export async function leaveReopened(id: string, unsent = false): Promise<void> {
  const revision = read()[id];
  if (revision === undefined) return;
  forget(id);
  if (!unsent) await api.complete(id, revision).catch(() => {});
}

/** Those that an earlier page left behind. */
export const leaveAllReopened = (): Promise<unknown> => Promise.all(Object.keys(read()).map((id) => leaveReopened(id)));
