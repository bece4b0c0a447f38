import type { TrainingProgress, TrainingRun } from "./types.ts";

export interface RunListener {
  progress(progress: TrainingProgress): void;
  state(run: TrainingRun): void;
  /** The line broke; the browser is trying again by itself unless `final`. */
  broken(final: boolean): void;
}

/** Follows one training run. Returns the function that stops following. */
export function followRun(id: string, listener: RunListener): () => void {
  const source = new EventSource(`/v1/training-runs/${encodeURIComponent(id)}/events`);
  const read = (event: Event) => JSON.parse((event as MessageEvent<string>).data) as unknown;
  source.addEventListener("progress", (event) => listener.progress(read(event) as TrainingProgress));
  source.addEventListener("state", (event) => {
    const run = read(event) as TrainingRun;
    // The service ends the stream with the run; left open, the browser would ask for it again and again.
    if (run.isOver) source.close();
    listener.state(run);
  });
  source.onerror = () => listener.broken(source.readyState === EventSource.CLOSED);
  return () => source.close();
}
