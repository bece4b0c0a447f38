// What can be undone and redone on one document, in memory and kept. Knows no service.

import type { Change } from "../api/types.ts";
import { renamed, without, type History, type HistoryStep } from "./history.ts";

export class UndoStacks {
  readonly #documentId: string;
  readonly #kept: History;
  #done: HistoryStep[] = [];
  #undone: HistoryStep[] = [];
  #order = 0;

  constructor(documentId: string, kept: History) {
    this.#documentId = documentId;
    this.#kept = kept;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** What an earlier page left, beneath whatever was done before it was read. */
  async load(): Promise<void> {
    const kept = await this.#kept.load(this.#documentId);
    const known = new Set([...this.#done, ...this.#undone].map((step) => step.id));
    const earlier = kept.filter((step) => !known.has(step.id)).sort((a, b) => a.order - b.order);
    const undone = earlier.filter((step) => step.undone).reverse();
    this.#order = Math.max(this.#order, earlier.at(-1)?.order ?? 0);
    // A step that was made before the kept ones were read has ended what could be made again.
    if (known.size === 0) this.#undone = undone;
    else this.#kept.remove(this.#documentId, undone.map((step) => step.id));
    this.#done = [...earlier.filter((step) => !step.undone), ...this.#done];
  }

  /** @param at milliseconds: orders steps of two windows among each other */
  push(id: string, at: number, forward: Change[], back: Change[]): void {
    this.#order = Math.max(this.#order + 1, at);
    const step: HistoryStep = { id, order: this.#order, undone: false, forward, back };
    this.#kept.remove(this.#documentId, this.#undone.map((other) => other.id));
    this.#undone = [];
    this.#done.push(step);
    this.#kept.put(this.#documentId, step);
  }

  /** The newest step that can be taken back (or made again); it goes to the other stack. */
  take(back: boolean): HistoryStep | undefined {
    const step = (back ? this.#done : this.#undone).pop();
    if (!step) return undefined;
    const moved = { ...step, undone: back };
    (back ? this.#undone : this.#done).push(moved);
    this.#kept.put(this.#documentId, moved);
    return moved;
  }

  forget(id: string): void {
    this.#done = this.#done.filter((step) => step.id !== id);
    this.#undone = this.#undone.filter((step) => step.id !== id);
    this.#kept.remove(this.#documentId, [id]);
  }

  /** Some of a step never took effect: taking it back would overwrite somebody else's work. */
  forgetChanges(id: string, changes: readonly Change[]): void {
    this.#edit((step) => (step.id === id ? without(step, changes) : step));
  }

  rename(from: string, to: string): void {
    this.#edit((step) => renamed(step, from, to));
  }

  clear(): void {
    this.#kept.remove(this.#documentId, [...this.#done, ...this.#undone].map((step) => step.id));
    this.#done = [];
    this.#undone = [];
  }

  #edit(change: (step: HistoryStep) => HistoryStep | undefined): void {
    const edited = (steps: HistoryStep[]) =>
      steps.flatMap((step) => {
        const next = change(step);
        if (!next) this.#kept.remove(this.#documentId, [step.id]);
        else if (next !== step) this.#kept.put(this.#documentId, next);
        return next ? [next] : [];
      });
    this.#done = edited(this.#done);
    this.#undone = edited(this.#undone);
  }
}
