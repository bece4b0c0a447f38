import { useEffect, useState, useSyncExternalStore } from "react";
import { api } from "../api/client.ts";
import type { Problem } from "../api/problem.ts";
import { IndexedHistory } from "./indexedHistory.ts";
import { StorageJournal, type Journal } from "./journal.ts";
import { newId } from "./newId.ts";
import { DocumentSession, type SessionView } from "./session.ts";

let account = "";
/** Who is signed in: what is kept in the browser is kept for them alone. */
export const accountName = (): string => account;
const journal: Journal = new StorageJournal(localStorage, () => account);
const history = new IndexedHistory(() => account);

/** Documents that are on screen or still have something to send. */
const open = new Map<string, { session: DocumentSession; users: number }>();

function acquire(id: string): DocumentSession {
  let entry = open.get(id);
  if (!entry) {
    const session = new DocumentSession(id, {
      api,
      journal,
      history,
      newId,
      now: () => new Date(),
      later: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    });
    entry = { session, users: 0 };
    open.set(id, entry);
    session.subscribe(() => {
      release(id);
      noteUnattended();
    });
    void session.open();
  }
  entry.users++;
  return entry.session;
}

function leave(id: string): void {
  const entry = open.get(id);
  if (!entry) return;
  entry.users--;
  // A page that re-renders leaves and comes back within the same moment.
  setTimeout(() => {
    release(id);
    noteUnattended();
  }, 0);
}

function release(id: string): void {
  const entry = open.get(id);
  if (entry && entry.users === 0 && entry.session.isIdle) {
    entry.session.close();
    open.delete(id);
  }
}

/** Says who works here now. What another account left unsent waits for that account. */
export function signedInAs(name: string): void {
  if (account && account !== name) {
    open.forEach(({ session }) => session.close());
    open.clear();
  }
  account = name;
}

/** A document that nobody has open and that still has something to send. */
export interface Unattended {
  id: string;
  waiting: number;
  problem: Problem | undefined;
}

const watchers = new Set<() => void>();
let unattended: readonly Unattended[] = [];

function noteUnattended(): void {
  const now = [...open.values()]
    .filter(({ session, users }) => users === 0 && !session.isIdle)
    .map(({ session }) => ({ id: session.id, waiting: session.view().waiting, problem: session.view().problem }));
  if (now.length === 0 && unattended.length === 0) return;
  unattended = now;
  watchers.forEach((watcher) => watcher());
}

const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

export const useUnattended = () => useSyncExternalStore(watch, () => unattended);

/** Gives up what an unattended document still had to send; only a person decides that. */
export function discardUnsent(id: string): void {
  const entry = open.get(id);
  if (!entry || entry.users > 0) return;
  entry.session.discard();
  release(id);
  noteUnattended();
}

/** Sends what an earlier page left behind, for documents that nobody has open now. */
export function resumeUnsent(): void {
  for (const id of journal.documentsWithSteps()) {
    if (open.has(id)) continue;
    acquire(id);
    leave(id);
  }
  open.forEach(({ session }) => session.wake());
}

export function useDocument(id: string): { session: DocumentSession; view: SessionView } | undefined {
  const [session, setSession] = useState<DocumentSession>();
  useEffect(() => {
    setSession(acquire(id));
    return () => {
      setSession(undefined);
      leave(id);
    };
  }, [id]);
  const view = useSyncExternalStore(
    session?.subscribe ?? (() => () => {}),
    () => session?.view(),
  );
  return session && session.id === id && view ? { session, view } : undefined;
}

/** How many documents have changes that the service does not have. */
export const unsentDocuments = (): number => journal.documentsWithSteps().length;
