// How far a change of the schema is, in words. Pure.

import type { SchemaJob } from "../../api/types.ts";

export function progressOf(job: Pick<SchemaJob, "progress">): string {
  const progress = job.progress;
  if (!progress) return "Waiting for its turn.";
  if (progress.phase === "planning") return "Looking for what changes.";
  const counted = `${progress.done.toLocaleString("en")} of ${progress.total.toLocaleString("en")} changed`;
  const rate = progress.rowsPerSecond ? `, ${Math.round(progress.rowsPerSecond).toLocaleString("en")} a second` : "";
  const left = progress.secondsLeft == null ? "" : `, about ${Math.max(1, Math.ceil(progress.secondsLeft))} s left`;
  return `${counted}${rate}${left}.`;
}
