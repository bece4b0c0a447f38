// How far marking up is, how it ended, and what is ahead, in words. Pure.

import type { PreannotationJob, PreannotationScope } from "../api/types.ts";
import { progressWords } from "../ui/progressWords.ts";

const documents = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "document" : "documents"}`;

export function aheadOf(scope: PreannotationScope, count: number): string {
  const carry = count === 1 ? "carries" : "carry";
  return scope === "missing"
    ? `${documents(count)} ${carry} no suggestions of a model yet.`
    : `${documents(count)} that nobody has begun ${carry} suggestions of another version than the one in use.`;
}

export function progressOf(job: PreannotationJob): string {
  if (!job.progress) return "Waiting for its turn.";
  const { total, documentsPerSecond, secondsLeft } = job.progress;
  return progressWords(job.done + job.failed, total, "documents", documentsPerSecond, secondsLeft);
}

export function endOf(job: PreannotationJob): string {
  const failed = job.failed === 0 ? "" : ` ${documents(job.failed)} could not be${job.errorCode ? ` (${job.errorCode})` : ""}.`;
  return `${job.state === "cancelled" ? "Stopped" : "Done"}: ${documents(job.done)} marked up.${failed}`;
}
