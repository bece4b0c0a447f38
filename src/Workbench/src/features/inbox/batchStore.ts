// What was decided in the inbox and not yet acknowledged, in the browser's storage. One entry a batch: two windows add and remove their
// own without overwriting each other's. Ids and names only: never clinical text.

import type { Decision } from "./decisionQueue.ts";

export interface Batch {
  /** Sent with it every time, so that the service takes it once however often it arrives. */
  key: string;
  /** Orders the batches of one window. */
  order: number;
  decisions: Decision[];
  /** The revisions it was sent with: the repetition of a request must be the same request. */
  sent?: Record<string, number>;
  /** Whose decisions they are: nobody else's session sends them. */
  account?: string;
}

const prefix = "clinicalnlp.inbox.";

export class BatchStore {
  readonly #storage: Storage;
  readonly #name: string;
  readonly #account: string;

  /** @param account whose batches; empty: whoever's they are */
  constructor(storage: Storage, projectId: string, account: string) {
    this.#storage = storage;
    this.#name = prefix + projectId;
    this.#account = account;
    this.#takeOver();
  }

  all(): Batch[] {
    return namesIn(this.#storage)
      .filter((name) => name.startsWith(`${this.#name}.`))
      .map((name) => parse<Batch>(this.#storage.getItem(name)))
      .filter((batch): batch is Batch => Array.isArray(batch?.decisions))
      .filter((batch) => !this.#account || !batch.account || batch.account === this.#account)
      .sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
  }

  get(key: string): Batch | undefined {
    return parse<Batch>(this.#storage.getItem(this.#nameOf(key)));
  }

  save(batch: Batch): void {
    try {
      this.#storage.setItem(this.#nameOf(batch.key), JSON.stringify(this.#account ? { ...batch, account: this.#account } : batch));
    } catch {
      // The browser's storage is full or closed. The batch is still sent; only a reload before that would lose it.
    }
  }

  forget(key: string): void {
    this.#storage.removeItem(this.#nameOf(key));
  }

  #nameOf(key: string): string {
    return `${this.#name}.${key}`;
  }

  /** A page of before kept all batches in one entry. */
  #takeOver(): void {
    const former = parse<Batch[]>(this.#storage.getItem(this.#name));
    if (Array.isArray(former)) former.forEach((batch, order) => this.save({ ...batch, order }));
    this.#storage.removeItem(this.#name);
  }
}

/** Projects in which somebody, not only the account of now, has something to send. */
export const projectsWithBatches = (storage: Storage): string[] => [
  ...new Set(namesIn(storage).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length).split(".")[0]!)),
];

const namesIn = (storage: Storage): string[] => Array.from({ length: storage.length }, (_, index) => storage.key(index)!);

function parse<T>(json: string | null): T | undefined {
  try {
    return json === null ? undefined : (JSON.parse(json) as T);
  } catch {
    return undefined;
  }
}
