import { useCallback, useRef, useState } from "react";
import { readPlace, type Place } from "./errors.ts";

/** Where somebody is in the queue, kept for the life of the tab: over a look into a document, and over a reload. Ids only, no text. */
export function usePlace(projectId: string): [Place, (part: Partial<Place>) => void] {
  const setting = `clinicalnlp.labelErrors.${projectId}`;
  const [place, setPlace] = useState(() => readPlace(sessionStorage.getItem(setting)));
  // Written at once: the page may be left before it is drawn again.
  const latest = useRef(place);
  const keep = useCallback(
    (part: Partial<Place>) => {
      latest.current = { ...latest.current, ...part };
      sessionStorage.setItem(setting, JSON.stringify(latest.current));
      setPlace(latest.current);
    },
    [setting],
  );
  return [place, keep];
}
