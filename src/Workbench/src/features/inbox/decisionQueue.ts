// Decisions on utterances on their way to the service. They are kept in the browser until the service has answered, and repeated
// with the same key, so that each is stored once. Ids and names only: never clinical text.

import { asProblem, type Problem } from "../../api/problem.ts";
import type { DecisionsAnswer, DecisionsRequest } from "../../api/types.ts";
import { newId } from "../../corrections/newId.ts";
import { BatchStore, type Batch } from "./batchStore.ts";

export interface Decision {
  documentId: string;
  turn: number;
  /** Null makes the utterance undecided again. */
  intent: string | null;
  /** What the person saw when deciding. */
  seen: { revision: number; intent: string | null };
}

export interface Refusal {
  documentId: string;
  turn: number;
  code: string;
  detail: string;
  /** What is there now. */
  intent: string | null;
}

export interface QueueView {
  waiting: number;
  state: "saved" | "saving" | "offline";
  problem: Problem | undefined;
  refused: readonly Refusal[];
}

type Send = (request: DecisionsRequest) => Promise<DecisionsAnswer>;

const patienceMs = [500, 1000, 2000, 5000, 10_000];

export class DecisionQueue {
  readonly #send: Send;
  readonly #store: BatchStore;
  readonly #account: () => string;
  readonly #owner: string;
  /** Batches that another window made, or this one before a reload. */
  readonly #found: ReadonlySet<string>;
  readonly #revisions = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #batches: Batch[];
  #refused: Refusal[] = [];
  #problem: Problem | undefined;
  #failures = 0;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #view: QueueView;

  /** @param account who is signed in now; what somebody decided is never sent as somebody else. */
  constructor(projectId: string, send: Send, storage: Storage, account: () => string = () => "") {
    this.#send = send;
    this.#account = account;
    this.#owner = account();
    this.#store = new BatchStore(storage, projectId, this.#owner);
    this.#batches = this.#store.all();
    this.#found = new Set(this.#batches.map(({ key }) => key));
    this.#view = this.#look();
    void this.#run();
  }

  get view(): QueueView {
    return this.#view;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(decisions: Decision[]): void {
    const batch = { key: newId(), order: (this.#batches.at(-1)?.order ?? 0) + 1, decisions };
    this.#batches.push(batch);
    this.#store.save(batch);
    this.#changed();
    void this.#run();
  }

  /** The revision of a document once everything that is on its way to it is stored. */
  async stored(documentId: string): Promise<number | undefined> {
    const waits = () => this.#batches.some((batch) => batch.decisions.some((decision) => decision.documentId === documentId));
    while (waits()) {
      // It may take long until the service answers again; who waits is told.
      if (this.#failures > 0 && this.#problem) throw this.#problem;
      await new Promise<void>((resolve) => {
        const stop = this.subscribe(() => {
          stop();
          resolve();
        });
      });
    }
    return this.#revisions.get(documentId);
  }

  /** Somebody has seen a newer revision, for example by completing the document. */
  saw(documentId: string, revision: number): void {
    this.#revisions.set(documentId, Math.max(revision, this.#revisions.get(documentId) ?? 0));
  }

  /** Tries again now. */
  wake(): void {
    clearTimeout(this.#timer);
    void this.#run();
  }

  forgetRefused(): void {
    this.#refused = [];
    this.#changed();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let batch = this.#batches[0]; batch; batch = this.#batches[0]) {
        if (this.#account() !== this.#owner) return;
        const kept = this.#store.get(batch.key);
        if (!kept && this.#found.has(batch.key)) {
          // The window that made it has had it acknowledged meanwhile.
          this.#batches.shift();
          this.#changed();
          continue;
        }
        batch.sent ??= kept?.sent ?? this.#revisionsFor(batch);
        this.#store.save(batch);
        this.#changed();
        const answer = await this.#send(requestOf(batch));
        this.#drop(batch);
        this.#take(batch, answer);
        this.#failures = 0;
        this.#problem = undefined;
        this.#changed();
      }
    } catch (error) {
      this.#fail(asProblem(error));
    } finally {
      this.#running = false;
    }
  }

  /** A document's later decisions are made on the revision that the earlier ones led to. */
  #revisionsFor(batch: Batch): Record<string, number> {
    const revisions: Record<string, number> = {};
    for (const { documentId, seen } of batch.decisions) {
      revisions[documentId] = Math.max(seen.revision, this.#revisions.get(documentId) ?? 0, revisions[documentId] ?? 0);
    }
    return revisions;
  }

  #take(batch: Batch, answer: DecisionsAnswer): void {
    const again: Decision[] = [];
    for (const document of answer.documents) {
      if (typeof document.revision === "number") this.#revisions.set(document.documentId, document.revision);
      if (document.outcome !== "refused") continue;
      for (const decision of batch.decisions.filter((candidate) => candidate.documentId === document.documentId)) {
        const now = document.utterances.find((utterance) => utterance.turn === decision.turn)?.intent ?? null;
        // Somebody changed another place of the document: what was decided on still stands as it was seen.
        if (document.code === "stale_revision" && now === decision.seen.intent) {
          again.push({ ...decision, seen: { revision: document.revision ?? decision.seen.revision, intent: now } });
        } else if (now !== decision.intent) {
          this.#refused.push({
            documentId: decision.documentId,
            turn: decision.turn,
            code: document.code ?? "refused",
            detail: document.detail ?? "The service refused it.",
            intent: now,
          });
        }
      }
    }
    if (again.length === 0) return;
    const renewed = { key: newId(), order: batch.order, decisions: again };
    this.#batches.unshift(renewed);
    this.#store.save(renewed);
  }

  #drop(batch: Batch): void {
    this.#batches = this.#batches.filter((other) => other !== batch);
    this.#store.forget(batch.key);
  }

  #fail(problem: Problem): void {
    this.#problem = problem;
    if (problem.isTemporary || problem.isSignInRequired) {
      const wait = patienceMs[Math.min(this.#failures++, patienceMs.length - 1)]!;
      this.#timer = setTimeout(() => void this.#run(), wait);
    } else {
      // The same request would be refused for ever.
      const batch = this.#batches[0];
      if (batch) this.#drop(batch);
      for (const { documentId, turn, seen } of batch?.decisions ?? []) {
        this.#refused.push({ documentId, turn, code: problem.code, detail: problem.detail, intent: seen.intent });
      }
      if (this.#batches.length > 0) this.#timer = setTimeout(() => void this.#run(), 0);
    }
    this.#changed();
  }

  #changed(): void {
    this.#view = this.#look();
    for (const listener of this.#listeners) listener();
  }

  #look(): QueueView {
    const waiting = this.#batches.reduce((sum, batch) => sum + batch.decisions.length, 0);
    return {
      waiting,
      state: waiting === 0 ? "saved" : this.#failures > 0 ? "offline" : "saving",
      problem: this.#problem,
      refused: [...this.#refused],
    };
  }
}

const requestOf = (batch: Batch): DecisionsRequest => ({
  idempotencyKey: batch.key,
  decisions: batch.decisions.map(({ documentId, turn, intent }) => ({ documentId, turn, intent, revision: batch.sent![documentId]! })),
});
