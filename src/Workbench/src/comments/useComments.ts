import { useCallback, useMemo, useState } from "react";
import { api } from "../api/client.ts";
import type { NewComment } from "../api/types.ts";
import { useAnswer } from "../ui/useAnswer.ts";
import { useReloadOn } from "../ui/useProjectEvents.ts";
import { commented, lastOfEach, newAt, threadsOf, unseen, type Place } from "./threads.ts";

export type Comments = ReturnType<typeof useComments>;

/** The threads of a document, the places that have open ones, and what is new to who looks. */
export function useComments<At extends Place>(projectId: string, documentId: string, places: readonly At[]) {
  const answer = useAnswer(`comments ${documentId}`, () => api.comments(documentId));
  useReloadOn(projectId, ["comment"], answer.reload);
  const items = answer.value?.items ?? none;
  const [seen, setSeen] = useState<ReadonlySet<string>>(nothing);
  const threads = useMemo(() => threadsOf(items), [items]);
  const marked = useMemo(() => commented(threads, places), [threads, places]);
  const unread = useMemo(() => unseen(items, seen), [items, seen]);
  const fresh = useMemo(() => newAt(threads, unread, places), [threads, unread, places]);
  const look = useCallback(() => {
    if (unread.length === 0) return;
    setSeen((before) => new Set([...before, ...unread.map(({ id }) => id)]));
    // Not told: the mark then stays, and the next look takes it away.
    for (const last of lastOfEach(items)) api.readComments(documentId, last).catch(() => {});
  }, [documentId, items, unread]);
  return {
    documentId,
    threads,
    marked,
    /** The places at which something is new. */
    fresh,
    open: threads.filter((thread) => thread.open).length,
    /** Of others, since the last look. */
    unread,
    problem: answer.problem,
    /** Everything there is has been seen. */
    look,
    /** Returns the thread that it stands in. */
    add: async (comment: NewComment) => {
      const { id, threadId } = await api.addComment(documentId, comment);
      answer.reload();
      return threadId ?? id;
    },
    resolve: async (thread: string, resolved: boolean) => {
      await api.resolveComment(documentId, thread, resolved);
      answer.reload();
    },
  };
}

const none: never[] = [];
const nothing: ReadonlySet<string> = new Set();

/** What a button that opens the comments says. */
export const commentsInWords = (comments: Comments) =>
  ["Comments", [comments.open > 0 && `${comments.open} open`, comments.unread.length > 0 && `${comments.unread.length} new`].filter(Boolean).join(", ")]
    .filter(Boolean)
    .join(": ");
