import type { History, HistoryStep } from "@/corrections/history.ts";

/** What the browser's database does, without the browser: copies go in and come out. */
export class MemoryHistory implements History {
  readonly kept = new Map<string, HistoryStep>();

  load(): Promise<HistoryStep[]> {
    return Promise.resolve([...this.kept.values()].map((step) => structuredClone(step)));
  }

  put(_: string, step: HistoryStep): void {
    this.kept.set(step.id, structuredClone(step));
  }

  remove(_: string, ids: readonly string[]): void {
    ids.forEach((id) => this.kept.delete(id));
  }
}
