import type { TrainingProgress, TrainingRun } from "./types.ts";

export interface RunListener {
  progress(progress: TrainingProgress): void;
  state(state: Partial<TrainingRun>): void;
  /** The line broke; the browser is trying again by itself unless `final`. */
  broken(final: boolean): void;
}

/** Follows one training run. Returns the function that stops following. */
export function followRun(id: string, listener: RunListener): () => void {
  const source = new EventSource(`/v1/training-runs/${encodeURIComponent(id)}/events`);
  const read = (event: Event) => JSON.parse((event as MessageEvent<string>).data) as unknown;
  source.addEventListener("progress", (event) => listener.progress(read(event) as TrainingProgress));
  source.addEventListener("state", (event) => {
    const data = read(event);
    listener.state((typeof data === "string" ? { state: data } : data) as Partial<TrainingRun>);
  });
  source.onerror = () => listener.broken(source.readyState === EventSource.CLOSED);
  return () => source.close();
}
