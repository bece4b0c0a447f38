import { useEffect, useRef, useState } from "react";

const pollMs = 1000;

export interface Job {
  id: string;
  state: string;
}

/**
 * A piece of work of the service that is under way, whoever asked for it, until somebody has seen how it ended.
 * @param key of what it is the work; another key is other work.
 * @param ask the newest pieces, and how far one is.
 * @param onEnd told when it is over.
 */
export function useJob<J extends Job>(key: string, ask: { list: () => Promise<{ items: J[] }>; get: (id: string) => Promise<J> }, onEnd: () => void) {
  const [known, setKnown] = useState<{ key: string; job: J | undefined }>();
  const latest = useRef({ ask, onEnd });
  latest.current = { ask, onEnd };
  const job = known?.key === key ? known.job : undefined;

  // One that was begun before the page was opened, or by somebody else.
  useEffect(() => {
    let gone = false;
    latest.current.ask.list().then(
      ({ items }) => {
        const first = items.filter((item) => item.state === "waiting").at(-1);
        if (!gone && first) setKnown((before) => (before?.key === key && before.job ? before : { key, job: first }));
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [key]);

  function follow(now: J) {
    setKnown({ key, job: now });
    if (now.state !== "waiting") latest.current.onEnd();
  }

  const followed = useRef(follow);
  followed.current = follow;
  const waiting = job?.state === "waiting" ? job.id : undefined;
  useEffect(() => {
    if (!waiting) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const look = async () => {
      // An answer that does not come is asked for again: the work goes on without us.
      const now = await latest.current.ask.get(waiting).catch(() => undefined);
      if (gone) return;
      if (now) followed.current(now);
      if (now?.state === "waiting" || !now) timer = setTimeout(() => void look(), pollMs);
    };
    timer = setTimeout(() => void look(), pollMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [key, waiting]);

  return { job, follow, dismiss: () => setKnown({ key, job: undefined }) };
}
