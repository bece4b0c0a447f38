import { useCallback, useMemo } from "react";
import { api } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import type { DocumentCount, DocumentSummary } from "../../api/types.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { usePages } from "../../ui/usePages.ts";
import { useReloadOn } from "../../ui/useProjectEvents.ts";
import { useSettled } from "../../ui/useSettled.ts";
import { passing, queryOf, type DocumentFilter } from "./documentFilter.ts";

/** Between the last letter typed and the question. */
const typingMs = 200;

export interface DocumentList {
  /** What was fetched so far, in order; undefined until the first part came. A project may have a hundred thousand. */
  items: DocumentSummary[] | undefined;
  /** Fetches the next part; undefined where there is none. */
  more: (() => void) | undefined;
  /** All of the project's, by kind and status. */
  counts: DocumentCount[] | undefined;
  /** How many pass the filter; undefined while it is counted. */
  passing: number | undefined;
  problem: Problem | undefined;
  reload: () => void;
}

/** The documents that pass a filter, a part at a time, and again when something happened to one. */
export function useDocumentList(projectId: string, filter: DocumentFilter): DocumentList {
  const text = useSettled(filter.text.trim(), typingMs);
  const query = useMemo(() => queryOf({ ...filter, text }), [filter.status, filter.kind, text]);
  const { value: items, more, problem, reload: reloadItems } = usePages(JSON.stringify([projectId, query]), (after, limit) => api.documents(projectId, query, { after, limit }));
  const all = useAnswer(`counts ${projectId}`, () => api.documentCounts(projectId));
  const found = useAnswer(`counts ${projectId} ${text}`, () => (text === "" ? Promise.resolve(undefined) : api.documentCounts(projectId, { text })));
  const reload = useCallback(() => {
    reloadItems();
    all.reload();
    found.reload();
  }, [reloadItems, all.reload, found.reload]);
  useReloadOn(projectId, ["document", "documents", "adjudication", "comment"], reload);

  const counted = text === "" ? all.value : found.value;
  return { items, more, counts: all.value, passing: counted && passing(counted, filter), problem: problem ?? all.problem, reload };
}
