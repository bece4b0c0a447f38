import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import type { DocumentCount, DocumentSummary } from "../../api/types.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useReloadOn } from "../../ui/useProjectEvents.ts";
import { useSettled } from "../../ui/useSettled.ts";
import { passing, queryOf, type DocumentFilter } from "./documentFilter.ts";

/** Of one answer; a project may have a hundred thousand documents. */
const partSize = 100;
/** What the service gives at most. */
const mostAtOnce = 1000;
/** Between the last letter typed and the question. */
const typingMs = 200;

interface Listed {
  key: string;
  items: DocumentSummary[];
  next: string | undefined;
}

export interface DocumentList {
  /** What was fetched so far, in order; undefined until the first part came. */
  items: DocumentSummary[] | undefined;
  /** There are more of them. */
  more: boolean;
  fetchMore: () => void;
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
  const key = JSON.stringify([projectId, query]);
  const [listed, setListed] = useState<Listed>();
  const [problem, setProblem] = useState<Problem>();
  const latest = useRef(listed);
  latest.current = listed?.key === key ? listed : undefined;
  const turn = useRef(0);

  const load = useCallback(
    async (again: boolean) => {
      const mine = ++turn.current;
      const before = latest.current;
      const wanted = again ? Math.max(partSize, before?.items.length ?? 0) : partSize;
      const items = again ? [] : [...(before?.items ?? [])];
      let after = again ? undefined : before?.next;
      let left = wanted;
      try {
        do {
          const part = await api.documents(projectId, query, { after, limit: Math.min(left, mostAtOnce) });
          if (mine !== turn.current) return;
          items.push(...part.items);
          left -= part.items.length;
          after = part.next ?? undefined;
        } while (after && left > 0);
        setListed({ key, items, next: after });
        setProblem(undefined);
      } catch (error) {
        if (mine === turn.current) setProblem(asProblem(error));
      }
    },
    [projectId, query, key],
  );

  const all = useAnswer(`counts ${projectId}`, () => api.documentCounts(projectId));
  const found = useAnswer(`counts ${projectId} ${text}`, () => (text === "" ? Promise.resolve(undefined) : api.documentCounts(projectId, { text })));
  const reload = useCallback(() => {
    void load(true);
    all.reload();
    found.reload();
  }, [load, all.reload, found.reload]);
  useEffect(() => {
    void load(true);
    return () => {
      turn.current++;
    };
  }, [load]);
  useReloadOn(projectId, ["document", "documents", "adjudication", "comment"], reload);

  const counted = text === "" ? all.value : found.value;
  return {
    items: latest.current?.items,
    more: latest.current?.next !== undefined,
    fetchMore: useCallback(() => void load(false), [load]),
    counts: all.value,
    passing: counted && passing(counted, filter),
    problem: problem ?? all.problem,
    reload,
  };
}
