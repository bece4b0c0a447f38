// What the pictures show, in sentences and tables. Pure.

import type { AcceptanceOf, Estimate, GroupCoverage, GroupValue, LearningPoint, TaskInsights, VersionScores, WorkTime } from "../../api/types.ts";

export const points = (share: number) => (share * 100).toFixed(1);

/** A score with its interval: 81.3 (70.0–89.1). */
export function withInterval(estimate: Estimate | undefined): string {
  if (estimate?.value == null) return "–";
  if (estimate.low == null || estimate.high == null) return points(estimate.value);
  return `${points(estimate.value)} (${points(estimate.low)}–${points(estimate.high)})`;
}

export const counted = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  if (value < 7200) return `${(value / 60).toFixed(value < 600 ? 1 : 0)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}

export const measureOf = (task: TaskInsights["task"]) => (task === "entities" ? "F1" : "accuracy");

export const versionName = (version: { model: { name: string; version: string } }) => `${version.model.name} ${version.model.version}`;

export function learningTold(curve: readonly LearningPoint[], task: TaskInsights["task"]): string {
  const taken = curve.filter((point) => point.passed !== false);
  const first = taken[0];
  const last = taken.at(-1);
  if (curve.length === 0) return "No version has learnt from this project yet";
  if (!first || !last || first === last) return "The gate let no version of this project through yet";
  const moved = (last.score.value ?? 0) - (first.score.value ?? 0);
  const how = moved > 0.0005 ? "rose" : moved < -0.0005 ? "fell" : "stayed";
  const sure = overlap(first.score, last.score) && how !== "stayed" ? "; the intervals overlap" : "";
  return `Held-out ${measureOf(task)} ${how} from ${points(first.score.value ?? 0)} to ${points(last.score.value ?? 0)} with ${counted(last.documents, "finished document")}${sure}`;
}

const overlap = (one: Estimate, other: Estimate) =>
  one.low != null && one.high != null && other.low != null && other.high != null && one.low <= other.high && other.low <= one.high;

export function scoresTold(scores: readonly VersionScores[]): string {
  const newest = scores.at(-1);
  if (!newest) return "No finished document had suggestions to judge";
  const judged = newest.labels.filter((label) => label.right + label.missed >= fewest && label.f1.value != null);
  const weakest = judged.toSorted((a, b) => a.f1.value! - b.f1.value!)[0];
  const all = `${versionName(newest)}: F1 ${withInterval(newest.all.f1)} on ${counted(newest.documents, "document")}`;
  return weakest && judged.length > 1 ? `${all}; weakest is ${weakest.label} with ${points(weakest.f1.value!)}` : all;
}

/** Gold items below which a figure by itself says little. */
export const fewest = 20;

export function acceptanceTold(all: AcceptanceOf): string {
  if (all.decided === 0) return "No suggestion has been decided yet";
  return `${points(all.rate.value ?? 0)} % of ${counted(all.decided, "suggestion")} were right as they were, and ${counted(all.counts.missed, "was", "were")} missed`;
}

export function timeTold(time: WorkTime): string {
  if (!time.perDocument) return "No finished document has a known time yet";
  const decision = time.perDecision ? `, a decision ${seconds(time.perDecision.median)}` : "";
  return `Half of the documents took less than ${seconds(time.perDocument.median)}${decision}`;
}

export function labelsTold(task: TaskInsights): string {
  const found = task.labels.filter((label) => label.items > 0).toSorted((a, b) => b.items - a.items);
  const what = task.task === "entities" ? "label" : "intent";
  if (found.length === 0) return `People have kept no ${what} yet`;
  const sum = found.reduce((total, label) => total + label.items, 0);
  const none = task.labels.length - found.length;
  const most = `${found[0]!.label} is ${Math.round((found[0]!.items / sum) * 100)} % of ${counted(sum, task.task === "entities" ? "mention" : "turn")}`;
  return none > 0 ? `${most}; ${counted(none, `${what} has`, `${what}s have`)} none yet` : most;
}

const spoken: Record<string, string> = { noteType: "note type", age: "age band" };

export const groupName = (name: string) => spoken[name] ?? name;

export const valueName = (value: GroupValue) => value.value ?? "not stated";

export function coverageTold(group: GroupCoverage | undefined): string {
  if (!group || group.stated === 0) return `No document states ${group ? groupName(group.name) : "a group"}`;
  const stated = group.values.filter((value) => value.value != null);
  const judged = stated.filter((value) => !value.tooFew && value.f1.value != null).toSorted((a, b) => a.f1.value! - b.f1.value!);
  const few = stated.length - judged.length;
  const name = groupName(group.name);
  if (stated.length < 2) return `By ${name}: all documents are ${stated.map(valueName).join()}, nothing to compare`;
  if (judged.length < 2) return `By ${name}: ${counted(stated.length, "group")}, too few scored mentions to compare`;
  const [low, high] = [judged[0]!, judged.at(-1)!];
  const apart = overlap(low.f1, high.f1) ? "their intervals overlap" : "their intervals are apart";
  const rest = few > 0 ? `; ${counted(few, "group has", "groups have")} too few mentions to say` : "";
  return `By ${name}, F1 lies between ${points(low.f1.value!)} (${valueName(low)}) and ${points(high.f1.value!)} (${valueName(high)}); ${apart}${rest}`;
}
