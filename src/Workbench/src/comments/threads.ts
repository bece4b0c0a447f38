// Threads of comments: how the list becomes threads, what has open ones, what a new comment goes to, what is new. Pure.

import type { Comment, NewComment } from "../api/types.ts";

/** Where a thread may stand: a mention, or another stretch of the text such as a turn. */
export interface Place {
  /** Of a mention. */
  id?: string | undefined;
  start: number;
  end: number;
}

export interface Thread {
  first: Comment;
  answers: Comment[];
  open: boolean;
}

/** Open threads before resolved ones, each in order of time. */
export function threadsOf(comments: readonly Comment[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const comment of comments) {
    const thread = comment.threadId ? threads.get(comment.threadId) : undefined;
    if (thread) thread.answers.push(comment);
    else threads.set(comment.id, { first: comment, answers: [], open: !comment.resolvedAt });
  }
  const all = [...threads.values()];
  return [...all.filter((thread) => thread.open), ...all.filter((thread) => !thread.open)];
}

/** A model that suggests anew gives its mentions other ids; the place still tells. */
export const isAt = ({ first }: Thread, place: Place) =>
  (place.id !== undefined && first.mentionId === place.id) || (first.start === place.start && first.end === place.end);

/** Those of the places that have open threads. */
export function commented<At extends Place>(threads: readonly Thread[], places: readonly At[]): At[] {
  const open = threads.filter((thread) => thread.open);
  return open.length === 0 ? [] : places.filter((place) => open.some((thread) => isAt(thread, place)));
}

/** What others have said since somebody looked; `seen` is what they have looked at on this page. */
export const unseen = (comments: readonly Comment[], seen: ReadonlySet<string>): Comment[] =>
  comments.filter((comment) => comment.unread && !seen.has(comment.id));

/** The last comments of the document and of each reading of it that has some: how far somebody has read who has seen all. */
export const lastOfEach = (comments: readonly Comment[]): string[] => [
  ...new Map(comments.map((comment) => [comment.reading ?? "", comment.id])).values(),
];

/** Those of the places at which something is new. */
export function newAt<At extends Place>(threads: readonly Thread[], unread: readonly Comment[], places: readonly At[]): At[] {
  const fresh = threads.filter(({ first, answers }) => unread.includes(first) || answers.some((answer) => unread.includes(answer)));
  return fresh.length === 0 ? [] : places.filter((place) => fresh.some((thread) => isAt(thread, place)));
}

/** What stands on a working copy is its reader's: others see it and say nothing there. */
export const isAnswerable = ({ first }: Thread) => !first.reading;

/** What a comment goes to: `place`, `document`, or the id of a thread. */
export type Target = string;

/** Where the box opens: at the open thread of the place, else at the place, else at the document. */
export function targetAt(threads: readonly Thread[], place: Place | undefined): Target {
  if (!place) return "document";
  return threads.findLast((thread) => thread.open && isAnswerable(thread) && isAt(thread, place))?.first.id ?? "place";
}

export function request(text: string, target: Target, place: Place | undefined): NewComment {
  if (target === "document") return { text };
  if (target !== "place") return { text, threadId: target };
  if (!place) return { text };
  return place.id === undefined ? { text, start: place.start, end: place.end } : { text, mentionId: place.id };
}

/** Under which key a draft is sent, as JSON: the one it was sent under before, as long as it is the same draft, so that it is said once. */
export function sending(before: string | null, text: string, newKey: () => string): { text: string; key: string } {
  try {
    const sent = JSON.parse(before ?? "null") as { text?: unknown; key?: unknown } | null;
    if (sent?.text === text && typeof sent.key === "string") return { text, key: sent.key };
  } catch {
    // Not ours: a new key does.
  }
  return { text, key: newKey() };
}

/** What of a draft is still to be said when `sent` of it has been: what follows it, or all of a draft that was changed otherwise. */
export const unsaid = (draft: string, sent: string) => (draft.startsWith(sent) ? draft.slice(sent.length).trimStart() : draft);

/** Under which a draft is kept: each place has its own, and nobody finds somebody else's. */
export const draftKey = (account: string, documentId: string, target: Target, place: Place | undefined) =>
  ["clinicalnlp.comment", account, documentId, target === "place" ? nameOf(place) : target].join(".");

const nameOf = (place: Place | undefined) => (place ? (place.id ?? `${place.start}-${place.end}`) : "document");

const longestQuote = 80;

/** Words that fit on a line. */
export const shortened = (words: string) => {
  const line = words.replace(/\s+/g, " ");
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
};

/** What a thread on a transcript is about. */
export function turnQuote(
  { first }: Thread,
  transcript: { text: string; turns: readonly { speaker: string; text: string }[] },
  places: readonly Place[],
): string {
  const turn = transcript.turns[places.findIndex((place) => first.start === place.start && first.end === place.end)];
  if (turn) return `${turn.speaker}: “${shortened(turn.text)}”`;
  return typeof first.start === "number" && first.end ? `“${shortened(transcript.text.slice(first.start, first.end))}”` : "the transcript";
}
