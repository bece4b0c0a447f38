import { useCallback, useMemo, useState } from "react";
import { api } from "../api/client.ts";
import type { NewComment } from "../api/types.ts";
import { accountName } from "../corrections/sessions.ts";
import { useAnswer } from "../ui/useAnswer.ts";
import { useReloadOn } from "../ui/useProjectEvents.ts";
import { commented, newFor, threadsOf, type Place } from "./threads.ts";

export type Comments = ReturnType<typeof useComments>;

/** The threads of a document, the places that have open ones, and what is new to who looks. */
export function useComments<At extends Place>(projectId: string, documentId: string, places: readonly At[]) {
  const answer = useAnswer(`comments ${documentId}`, () => api.comments(documentId));
  useReloadOn(projectId, ["comment"], answer.reload);
  const items = answer.value?.items ?? none;
  const [read, setRead] = useState<string>();
  const threads = useMemo(() => threadsOf(items), [items]);
  const marked = useMemo(() => commented(threads, places), [threads, places]);
  const readUntil = read ?? answer.value?.readUntil;
  const last = items.at(-1)?.id;
  const unread = useMemo(() => newFor(items, readUntil, accountName()), [items, readUntil]);
  const look = useCallback(() => {
    if (last === undefined) return;
    setRead(last);
    // Not told: the mark then stays, and the next look takes it away.
    api.readComments(documentId, last).catch(() => {});
  }, [documentId, last]);
  return {
    documentId,
    threads,
    marked,
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

/** What a button that opens the comments says. */
export const commentsInWords = (comments: Comments) =>
  ["Comments", [comments.open > 0 && `${comments.open} open`, comments.unread.length > 0 && `${comments.unread.length} new`].filter(Boolean).join(", ")]
    .filter(Boolean)
    .join(": ");
