import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import type { Inbox, InboxUtterance } from "../../api/types.ts";
import { isUndecided, nameOf, replaceIn } from "./utterances.ts";

export interface InboxFilter {
  state: "undecided" | "decided" | "all";
  intent?: string;
  suggested?: string;
  /** The empty string: the suggestion was rejected. */
  decided?: string;
  flagged?: boolean;
  q?: string;
  only?: string;
}

const pageSize = 50;
/** So few left to decide, and the next part is fetched. */
const fewLeft = 10;

export type Counts = Pick<Inbox, "total" | "undecided" | "decided" | "urgent" | "transcripts">;

/** The part of the inbox that a filter asks for, fetched as far as it is needed. */
export function useUtterances(projectId: string, filter: InboxFilter) {
  const [list, setList] = useState<InboxUtterance[]>();
  const [counts, setCounts] = useState<Counts>();
  const [problem, setProblem] = useState<Problem>();
  const next = useRef<string | null | undefined>(undefined);
  const fetching = useRef(false);
  const turn = useRef(0);
  const key = JSON.stringify(filter);

  const fetchPart = useCallback(
    async (from: "start" | "next") => {
      if (from === "next" && (fetching.current || !next.current)) return;
      const mine = from === "start" ? ++turn.current : turn.current;
      fetching.current = true;
      try {
        const wanted = JSON.parse(key) as InboxFilter;
        const answer = await api.inbox(projectId, {
          ...wanted,
          flagged: wanted.flagged || undefined,
          grouped: wanted.state === "undecided" && wanted.only === undefined ? true : undefined,
          limit: pageSize,
          after: from === "next" ? next.current! : undefined,
        });
        if (mine !== turn.current) return;
        next.current = answer.next;
        setCounts(answer);
        setProblem(undefined);
        setList((before) => {
          if (from === "start" || !before) return answer.items;
          const known = new Set(before.map(nameOf));
          return [...before, ...answer.items.filter((item) => !known.has(nameOf(item)))];
        });
      } catch (error) {
        if (mine === turn.current) setProblem(asProblem(error));
      } finally {
        if (mine === turn.current) fetching.current = false;
      }
    },
    [projectId, key],
  );

  useEffect(() => {
    setList(undefined);
    void fetchPart("start");
    return () => {
      turn.current++;
    };
  }, [fetchPart]);

  const undecided = list?.filter(isUndecided).length ?? 0;
  useEffect(() => {
    if (list && filter.state === "undecided" && undecided < fewLeft) void fetchPart("next");
  }, [list, undecided, filter.state, fetchPart]);

  const change = useCallback((changed: InboxUtterance[]) => setList((before) => before && replaceIn(before, changed)), []);

  const alter = useCallback((alteration: (list: InboxUtterance[]) => InboxUtterance[]) => setList((before) => before && alteration(before)), []);
  /** Only the numbers. */
  const recount = useCallback(() => {
    const wanted = JSON.parse(key) as InboxFilter;
    const mine = turn.current;
    api
      .inbox(projectId, { ...wanted, flagged: wanted.flagged || undefined, limit: 1 })
      .then((answer) => mine === turn.current && setCounts(answer))
      // The numbers of before stay until the list is fetched anew.
      .catch(() => {});
  }, [projectId, key]);
  const reload = useCallback(() => void fetchPart("start"), [fetchPart]);
  const more = useCallback(() => void fetchPart("next"), [fetchPart]);

  return { list, counts, problem, change, alter, recount, reload, more, hasMore: Boolean(next.current) };
}
