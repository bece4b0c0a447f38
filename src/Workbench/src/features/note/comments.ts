// Threads of comments: how the list becomes threads, which mentions have open ones, what a new comment goes to. Pure.

import type { Comment, Mention, NewComment } from "../../api/types.ts";

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
export const isAt = ({ first }: Thread, mention: Mention) =>
  first.mentionId === mention.id || (first.start === mention.start && first.end === mention.end);

export function commented(threads: readonly Thread[], mentions: readonly Mention[]): Mention[] {
  const open = threads.filter((thread) => thread.open);
  return open.length === 0 ? [] : mentions.filter((mention) => open.some((thread) => isAt(thread, mention)));
}

/** What a comment goes to: `mention`, `document`, or the id of a thread. */
export type Target = string;

/** Where the box opens: at the open thread of the mention, else at the mention, else at the document. */
export function targetAt(threads: readonly Thread[], mention: Mention | undefined): Target {
  if (!mention) return "document";
  return threads.findLast((thread) => thread.open && isAt(thread, mention))?.first.id ?? "mention";
}

export function request(text: string, target: Target, mention: Mention | undefined): NewComment {
  if (target === "document") return { text };
  if (target !== "mention") return { text, threadId: target };
  return mention ? { text, mentionId: mention.id } : { text };
}

/** Under which a draft is kept: each place has its own, and nobody finds somebody else's. */
export const draftKey = (account: string, documentId: string, target: Target, mention: Mention | undefined) =>
  ["clinicalnlp.comment", account, documentId, target === "mention" ? (mention?.id ?? "document") : target].join(".");
