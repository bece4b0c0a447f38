import { useMemo } from "react";
import { api } from "../../api/client.ts";
import type { Mention, NewComment } from "../../api/types.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { commented, threadsOf } from "./comments.ts";

export type Comments = ReturnType<typeof useComments>;

/** The threads of a document, and the mentions that have open ones. */
export function useComments(documentId: string, mentions: readonly Mention[]) {
  const answer = useAnswer(`comments ${documentId}`, () => api.comments(documentId));
  const threads = useMemo(() => threadsOf(answer.value ?? []), [answer.value]);
  const marked = useMemo(() => commented(threads, mentions), [threads, mentions]);
  return {
    documentId,
    threads,
    marked,
    open: threads.filter((thread) => thread.open).length,
    problem: answer.problem,
    add: async (comment: NewComment) => {
      await api.addComment(documentId, comment);
      answer.reload();
    },
    resolve: async (thread: string, resolved: boolean) => {
      await api.resolveComment(documentId, thread, resolved);
      answer.reload();
    },
  };
}
