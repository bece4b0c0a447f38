import { useMemo, useState } from "react";
import { sureEnough } from "./decisions.ts";
import type { Note } from "./useNote.ts";

const setting = "clinicalnlp.threshold";
export const lowest = 0.5;
export const highest = 0.99;

/** From which confidence on all suggestions are accepted at once, and how many those are. Kept per browser. */
export function useThreshold({ mentions }: Note) {
  const [value, setValue] = useState(() => Number(localStorage.getItem(setting) ?? 0.9) || 0.9);
  const sure = useMemo(() => mentions.reduce((sum, mention) => sum + (sureEnough(mention, value) ? 1 : 0), 0), [mentions, value]);
  function set(next: number): true {
    const kept = Math.round(Math.max(lowest, Math.min(highest, next)) * 100) / 100;
    setValue(kept);
    localStorage.setItem(setting, String(kept));
    return true;
  }
  return { value, sure, set };
}
