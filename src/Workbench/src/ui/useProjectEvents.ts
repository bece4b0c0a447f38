import { useEffect, useRef } from "react";
import { followProject, type ProjectEvent } from "../api/projectEvents.ts";

/** Many events at once are one look. */
const pauseMs = 2_000;

/** Calls `onEvent` for everything that happens in the project while the component is shown. */
export function useProjectEvents(projectId: string | undefined, onEvent: (event: ProjectEvent | "reset") => void): void {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    if (projectId === undefined) return;
    return followProject(projectId, {
      event: (event) => latest.current(event),
      reset: () => latest.current("reset"),
    });
  }, [projectId]);
}

/** Reads a list again, soon, when something happened that it shows; `types` are event types or what stands before their dot. */
export function useReloadOn(projectId: string | undefined, types: string[], reload: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useProjectEvents(projectId, (event) => {
    if (event !== "reset" && !types.includes(event.type) && !types.includes(event.type.split(".")[0]!)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(reload, pauseMs);
  });
}
