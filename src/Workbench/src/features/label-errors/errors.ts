// The queue of probable label errors as the page knows it: what was said of each, how many are left, where one is. Pure.

import type { LabelError, LabelErrors, TrainingRun } from "../../api/types.ts";
import { onDay } from "../../ui/times.ts";

export type Decision = "error" | "right";
export type Counts = LabelErrors["counts"];

export const kindNames: Record<LabelError["kind"], string> = {
  missing: "missing",
  spurious: "spurious",
  wrong_label: "wrong label",
  wrong_edge: "wrong edge",
  wrong_intent: "wrong intent",
};

/** What stands there, and what the models have instead. */
export function errorTold(error: LabelError): string {
  if (error.kind === "missing") return `Not marked; models: ${error.suggestedLabel}`;
  if (error.kind === "spurious") return `Marked ${error.label}; models: nothing`;
  if (error.kind === "wrong_edge") return `Marked ${error.label}; models: “${error.suggested?.words}”`;
  const elsewhere = error.suggested && error.marked && error.suggested.words !== error.marked.words ? ` “${error.suggested.words}”` : "";
  return `Marked ${error.label}; models: ${error.suggestedLabel}${elsewhere}`;
}

/** Nobody has decided it, and nobody has changed what it is about. */
export const isOpen = (error: LabelError) => !error.decision && !error.mended;

/** In words, for an entry that is closed. */
export function closedTold(error: LabelError): string {
  if (error.decision === "right") return "document is right";
  return error.mended ? "mended" : "error, to be mended";
}

/** With another decision, or with none. */
export function withDecision(error: LabelError, decision: Decision | undefined): LabelError {
  const { decision: _, ...rest } = error;
  return decision ? { ...rest, decision } : rest;
}

/** The counts after one entry went from what it was to what it is. */
export function recounted(counts: Counts, before: LabelError, after: LabelError): Counts {
  const by = (error: LabelError, sign: 1 | -1) => ({
    open: isOpen(error) ? sign : 0,
    errors: !isOpen(error) && error.decision !== "right" ? sign : 0,
    right: error.decision === "right" ? sign : 0,
    mended: error.mended && error.decision !== "right" ? sign : 0,
  });
  const [less, more] = [by(before, -1), by(after, 1)];
  return counts.map((count) =>
    count.kind !== before.kind
      ? count
      : {
          ...count,
          open: count.open + less.open + more.open,
          errors: count.errors + less.errors + more.errors,
          right: count.right + less.right + more.right,
          mended: count.mended + less.mended + more.mended,
        },
  );
}

export interface Progress {
  seen: number;
  left: number;
  errors: number;
  mended: number;
  right: number;
}

export function progressOf(counts: Counts): Progress {
  const sum = (of: (count: Counts[number]) => number) => counts.reduce((total, count) => total + of(count), 0);
  const [errors, right] = [sum((count) => count.errors), sum((count) => count.right)];
  return { seen: errors + right, left: sum((count) => count.open), errors, right, mended: sum((count) => count.mended) };
}

/** From so many on a share says whether going on is worth the time. */
const enoughSeen = 20;

export function progressTold({ seen, left, errors, mended, right }: Progress): string {
  if (seen === 0) return `${left} left, none seen.`;
  const found = `${errors} ${errors === 1 ? "error" : "errors"}${errors === 0 ? "" : mended === errors ? ", all mended" : `, ${mended} mended`}`;
  const share = seen < enoughSeen ? "" : ` ${Math.round((100 * errors) / seen)} % of what was seen was an error.`;
  return `${left} left, ${seen} seen: ${found}; ${right} right.${share}`;
}

const searchedFor = (run: TrainingRun) => (run.task === "entities" ? "mentions" : "intents");

/** The newest search of each task that came to an end by itself; the newest run comes first. */
export function lastSearches(runs: readonly TrainingRun[]): TrainingRun[] {
  const over = runs.filter((run) => run.kind === "label_errors" && (run.state === "succeeded" || run.state === "failed"));
  return over.filter((run, index) => over.findIndex((other) => other.task === run.task) === index);
}

/** How far the models of a search can be trusted, or why it found nothing. */
export function searchTold(run: TrainingRun): string {
  const when = run.ended ? ` of ${onDay(run.ended)}` : "";
  const search = `The search in ${searchedFor(run)}${when}`;
  if (run.state === "failed") return `${search} lists nothing: ${run.errorReason ?? run.errorCode}.`;
  if (typeof run.agreement !== "number") return `${search} is done.`;
  return `${search}: its models agree with people on ${Math.round(100 * run.agreement)} % of the ${searchedFor(run)} they had not seen.`;
}

/** The next entry that is open, further down first. */
export function nextOpen(items: readonly LabelError[], at: number): number | undefined {
  const after = items.findIndex((error, index) => index > at && isOpen(error));
  const any = after >= 0 ? after : items.findIndex((error, index) => index !== at && isOpen(error));
  return any < 0 ? undefined : any;
}

export interface ErrorFilter {
  state: "open" | "to_mend" | "decided" | "all";
  kind: string;
  label: string;
}

/** Where somebody is, for coming back from a document or after a reload. */
export interface Place {
  filter: ErrorFilter;
  /** Entries to be current, the first that is still listed. */
  at: string[];
  /** So far the list had been fetched. */
  fetched: number;
  /** What can be taken back, the last one last. */
  decided: string[];
}

export const startPlace: Place = { filter: { state: "open", kind: "", label: "" }, at: [], fetched: 0, decided: [] };

/** The entry that one left, or, when it is gone, one of those that followed. */
export const candidates = (items: readonly LabelError[], at: number) => items.slice(at, at + 30).map((error) => error.id);

/** The kept place, or the start where there is none that can be read. */
export function readPlace(json: string | null): Place {
  try {
    const { filter, at, fetched, decided } = JSON.parse(json ?? "") as Place;
    const isUsable = typeof filter.state === "string" && Array.isArray(at) && Array.isArray(decided) && typeof fetched === "number";
    return isUsable ? { filter, at, fetched, decided } : startPlace;
  } catch {
    return startPlace;
  }
}
