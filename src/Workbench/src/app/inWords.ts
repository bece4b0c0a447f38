import type { RevisionChange } from "../api/types.ts";
import type { SetAside, Side } from "../corrections/rebase.ts";
import { saidOf } from "../corrections/said.ts";

const longest = 60;

/** Words of the text, short enough for a line. */
const cut = (text: string, span: { start: number; end: number }) =>
  text.slice(span.start, span.end).replace(/\s+/g, " ").slice(0, longest);

type Told = Pick<RevisionChange["changes"][number], "action" | "start" | "end" | "label" | "turn" | "intent" | "relation"> & { type?: string };

export function changeInWords(change: Told, text: string): string {
  const { start, end } = change;
  const words = typeof start === "number" && typeof end === "number" ? ` “${cut(text, { start, end })}”` : "";
  if (typeof change.turn === "number") return `turn ${change.turn + 1}: ${change.intent ?? "no intent"}`;
  const relation = change.relation?.type ?? change.type;
  if (relation) return `${change.action} ${relation}`;
  return `${change.action}${words}${change.label ? ` ${change.label}` : ""}`;
}

const shown = 4;

export function revisionInWords(revision: RevisionChange, text: string): string {
  const changes = revision.changes ?? [];
  const words = changes.slice(0, shown).map((change) => changeInWords(change, text));
  if (changes.length > shown) words.push(`and ${changes.length - shown} more`);
  return words.join("; ") || "finished or reopened it";
}

/** One side of a conflict: what stands there if it is chosen. */
export function sideInWords({ mention, turn, relation, ends }: Side, text: string): string {
  if (ends) return relation ? ends.map((end) => (end ? `“${cut(text, end)}”` : "nothing")).join(` ${relation.type} `) : "not related";
  if (turn) return turn.intent ? turn.intent : turn.state === "rejected" ? "no intent (rejected)" : "no intent yet";
  return mention ? [`“${cut(text, mention)}” ${mention.label}`, mention.state, ...saidOf(mention)].join(", ") : "not marked";
}

/** What a conflict is about. */
export function matterInWords({ mine, theirs, change }: SetAside, text: string): string {
  if (mine.ends) return mine.ends.map((end) => (end ? `“${cut(text, end)}”` : "nothing")).join(` ${change.type} `);
  const mention = mine.mention ?? theirs.mention;
  if (mention) return `“${cut(text, mention)}”`;
  const turn = mine.turn ?? theirs.turn;
  return turn ? `turn ${turn.index + 1}: “${turn.text.slice(0, longest)}”` : changeInWords(change, text);
}
