// The history in the browser's own database, which has room for long ones. One record a step, so that two windows on the same
// document do not overwrite each other's.

import type { History, HistoryStep } from "./history.ts";

const databaseName = "clinicalnlp.history";
const store = "steps";
/** Documents that nobody has touched for this long are forgotten. */
const keptDays = 90;

interface Kept {
  account: string;
  documentId: string;
  id: string;
  at: number;
  step: HistoryStep;
}

export class IndexedHistory implements History {
  readonly #account: () => string;
  #opening: Promise<IDBDatabase | undefined> | undefined;

  /** @param account who is signed in now: nobody takes back what another account did in the same browser */
  constructor(account: () => string) {
    this.#account = account;
  }

  async load(documentId: string): Promise<HistoryStep[]> {
    const database = await this.#open();
    if (!database) return [];
    const range = IDBKeyRange.bound([this.#account(), documentId, ""], [this.#account(), documentId, "\uffff"]);
    const request = database.transaction(store).objectStore(store).getAll(range) as IDBRequest<Kept[]>;
    return (await answered(request))?.map((kept) => kept.step) ?? [];
  }

  put(documentId: string, step: HistoryStep): void {
    const kept: Kept = { account: this.#account(), documentId, id: step.id, at: Date.now(), step };
    this.#write((steps) => steps.put(kept));
  }

  remove(documentId: string, ids: readonly string[]): void {
    if (ids.length === 0) return;
    const account = this.#account();
    this.#write((steps) => ids.forEach((id) => steps.delete([account, documentId, id])));
  }

  #write(change: (steps: IDBObjectStore) => void): void {
    void this.#open().then((database) => {
      try {
        if (!database) return;
        const transaction = database.transaction(store, "readwrite");
        change(transaction.objectStore(store));
        transaction.commit(); // at once: the page may be closed next
      } catch {
        // The storage is full or was taken away: the step can be undone until the page is left.
      }
    });
  }

  #open(): Promise<IDBDatabase | undefined> {
    this.#opening ??= open();
    return this.#opening;
  }
}

async function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(store, { keyPath: ["account", "documentId", "id"] }).createIndex("at", "at");
    const database = await answered(request);
    if (database) forgetOld(database);
    return database;
  } catch {
    return undefined;
  }
}

function forgetOld(database: IDBDatabase): void {
  const steps = database.transaction(store, "readwrite").objectStore(store);
  const old = IDBKeyRange.upperBound(Date.now() - keptDays * 86_400_000);
  const cursor = steps.index("at").openCursor(old);
  cursor.onsuccess = () => {
    cursor.result?.delete();
    cursor.result?.continue();
  };
}

const answered = <T>(request: IDBRequest<T>): Promise<T | undefined> =>
  new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(undefined);
  });
