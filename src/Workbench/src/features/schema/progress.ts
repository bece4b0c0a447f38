// How far a change of the schema is and how it ended, in words. Pure.

import type { SchemaChangeEffect, SchemaJob, SchemaPart } from "../../api/types.ts";
import { progressWords } from "../../ui/progressWords.ts";
import { whatChanged } from "./history.ts";

export function progressOf(job: Pick<SchemaJob, "progress">): string {
  const progress = job.progress;
  if (!progress) return "Waiting for its turn.";
  if (progress.phase === "planning") return "Looking for what changes.";
  return progressWords(progress.done, progress.total, "changed", progress.rowsPerSecond, progress.secondsLeft);
}

const counted = (count: number, one: string) => `${count.toLocaleString("en")} ${count === 1 ? one : `${one}s`}`;

/** How much a change did that is done. */
export function doneOf(part: SchemaPart | "intent", effect: Pick<SchemaChangeEffect, "mentions" | "details" | "relations" | "documents" | "version">): string {
  const what = part === "relation" ? counted(effect.relations, "relation") : counted(effect.mentions + effect.details, "mention");
  return `${what} in ${counted(effect.documents, "document")}. Version ${effect.version}.`;
}

export function endOf(job: SchemaJob): string {
  const what = whatChanged(job.change);
  if (job.state === "done" && job.effect) return `Done: ${what}; ${doneOf(job.change.part ?? "label", { details: 0, ...job.effect })}`;
  if (job.state === "cancelled") return `Stopped: ${what}. Nothing of it is stored.`;
  return `Refused: ${what}; ${job.errorReason ?? "the change could not be carried out"}. Nothing of it is stored.`;
}
