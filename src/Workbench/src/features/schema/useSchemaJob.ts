import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { SchemaJob } from "../../api/types.ts";

const pollMs = 1000;

/**
 * The change of the schema that is under way, whoever asked for it, until somebody has seen how it ended.
 * @param onEnd told when it is over.
 */
export function useSchemaJob(projectId: string, onEnd: () => void) {
  const [job, setJob] = useState<SchemaJob>();
  const told = useRef(onEnd);
  told.current = onEnd;

  // One that was begun before the page was opened, or by somebody else.
  useEffect(() => {
    let gone = false;
    api.schemaJobs(projectId).then(
      ({ items }) => {
        const first = items.filter((item) => item.state === "waiting").at(-1);
        if (!gone && first) setJob((known) => known ?? first);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [projectId]);

  const waiting = job?.state === "waiting" ? job.id : undefined;
  useEffect(() => {
    if (!waiting) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const ask = async () => {
      // An answer that does not come is asked for again: the change goes on without us.
      const now = await api.schemaJob(projectId, waiting).catch(() => undefined);
      if (gone) return;
      if (now) setJob(now);
      if (now && now.state !== "waiting") told.current();
      else timer = setTimeout(() => void ask(), pollMs);
    };
    timer = setTimeout(() => void ask(), pollMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [projectId, waiting]);

  return {
    job,
    follow: setJob,
    dismiss: () => setJob(undefined),
    stop: async (id: string) => {
      await api.cancelSchemaJob(projectId, id);
    },
  };
}
