// What was decided and not yet acknowledged, kept in the browser so that a reload, a crash or a broken line loses nothing.
// Positions and names only: never clinical text.

import type { Change } from "../api/types.ts";

export interface PendingStep {
  /** Sent with the step every time, so that the service takes it once however often it arrives. */
  key: string;
  /** Orders the steps of one document. */
  sequence: number;
  /** The revision the person was looking at. */
  seen: number;
  /** The revision it was sent with; kept, because the repetition of a request must be the same request. */
  sent?: number;
  changes: Change[];
  at: string;
  /** The step of the history that this carries out, takes back or makes again. */
  history?: string;
  /** Whose decision it is: nobody else's session sends it. */
  account?: string;
}

export interface Journal {
  load(documentId: string): PendingStep[];
  save(documentId: string, step: PendingStep): void;
  forget(documentId: string, key: string): void;
  documentsWithSteps(): string[];
}

const prefix = "clinicalnlp.pending.";

/** One entry a step: two windows on the same document add and remove their own without overwriting each other's. */
export class StorageJournal implements Journal {
  readonly #storage: Storage;
  readonly #account: () => string;

  /** @param account who is signed in now; empty: whoever it is */
  constructor(storage: Storage, account: () => string = () => "") {
    this.#storage = storage;
    this.#account = account;
  }

  load(documentId: string): PendingStep[] {
    return this.#keys(`${prefix}${documentId}.`)
      .map((key) => parse(this.#storage.getItem(key)))
      .filter((step) => step !== undefined)
      .filter((step) => this.#isOwn(step))
      .sort((a, b) => a.sequence - b.sequence || (a.key < b.key ? -1 : 1));
  }

  save(documentId: string, step: PendingStep): void {
    const account = this.#account();
    const kept = account ? { ...step, account } : step;
    this.#storage.setItem(`${prefix}${documentId}.${step.key}`, JSON.stringify(kept));
  }

  forget(documentId: string, key: string): void {
    this.#storage.removeItem(`${prefix}${documentId}.${key}`);
  }

  documentsWithSteps(): string[] {
    const documents = new Set(this.#keys(prefix).map((key) => key.slice(prefix.length).split(".")[0]!));
    return [...documents].filter((id) => this.load(id).length > 0);
  }

  #isOwn(step: PendingStep): boolean {
    const account = this.#account();
    return !account || !step.account || step.account === account;
  }

  #keys(start: string): string[] {
    const keys: string[] = [];
    for (let index = 0; index < this.#storage.length; index++) {
      const key = this.#storage.key(index);
      if (key?.startsWith(start)) keys.push(key);
    }
    return keys;
  }
}

function parse(value: string | null): PendingStep | undefined {
  if (value === null) return undefined;
  try {
    const step = JSON.parse(value) as PendingStep;
    return typeof step.key === "string" && Array.isArray(step.changes) ? step : undefined;
  } catch {
    return undefined;
  }
}
