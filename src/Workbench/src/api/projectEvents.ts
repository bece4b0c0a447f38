/** Something that happened in a project: identifiers and counts, never text. */
export interface ProjectEvent {
  id: number;
  type: string;
  /** `document`, `copy`, `revision` and the like. */
  data: Record<string, unknown>;
  /** Whether the person did it, here or in another window. */
  own: boolean;
}

export interface ProjectListener {
  event(event: ProjectEvent): void;
  /** What happened in between is not known: read again what is shown. */
  reset(): void;
}

/** A refusal, unlike a broken line, ends a stream for the browser; this is when it is asked for again. */
const againMs = 30_000;

/**
 * Listens to a project while the page can be seen: a browser has few connections to one service, and a hidden page needs none. It goes on
 * where it was. Returns the function that stops.
 */
export function followProject(projectId: string, listener: ProjectListener): () => void {
  if (typeof EventSource === "undefined") return () => {};
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: string | undefined;

  const heard = (event: Event) => {
    last = (event as MessageEvent<string>).lastEventId || last;
  };

  function close() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function open() {
    close();
    if (document.visibilityState === "hidden") return;
    const after = last === undefined ? "" : `?after=${encodeURIComponent(last)}`;
    source = new EventSource(`/v1/projects/${encodeURIComponent(projectId)}/events${after}`);
    source.addEventListener("ready", heard);
    source.addEventListener("heartbeat", heard);
    source.addEventListener("reset", (event) => {
      heard(event);
      listener.reset();
    });
    source.onmessage = (event: MessageEvent<string>) => {
      heard(event);
      listener.event(JSON.parse(event.data) as ProjectEvent);
    };
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, againMs);
    };
  }

  document.addEventListener("visibilitychange", open);
  open();
  return () => {
    document.removeEventListener("visibilitychange", open);
    close();
  };
}
