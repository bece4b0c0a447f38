import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem.ts";
import type { Page } from "../api/types.ts";

/** What the service gives at most. */
const mostAtOnce = 1000;

interface Listed<P extends Page<unknown>> {
  key: string;
  items: P["items"];
  last: P;
}

/** @typeParam P a part of the list, with what the service says of the list beside it. */
export interface Pages<P extends Page<unknown>> {
  /** What was fetched so far, in order; undefined until the first part came. */
  value: P["items"] | undefined;
  /** The answer that came last: what it says of the list besides a part of it. */
  last: P | undefined;
  /** Fetches the next part, once however often it is called; undefined where there is none. */
  more: (() => void) | undefined;
  fetching: boolean;
  problem: Problem | undefined;
  /** Fetches anew as much as is there. */
  reload: () => void;
}

/**
 * A list, a part at a time.
 * @param key of what is listed; another key is another list.
 * @param ask the part behind a cursor; it may hold fewer than the limit while there are more.
 */
export function usePages<P extends Page<unknown>>(key: string, ask: (after: string | undefined, limit: number) => Promise<P>, partSize = 100): Pages<P> {
  const [listed, setListed] = useState<Listed<P>>();
  const [problem, setProblem] = useState<{ key: string; problem: Problem }>();
  const [fetching, setFetching] = useState(false);
  const current = listed?.key === key ? listed : undefined;
  const latest = useRef({ ask, current });
  latest.current = { ask, current };
  const turn = useRef(0);
  /** What is fetched now, and whether the next part was asked for meanwhile. */
  const now = useRef<{ again: boolean; more: boolean }>(undefined);

  const load = useCallback(
    async (again: boolean) => {
      const mine = ++turn.current;
      const before = again ? undefined : latest.current.current;
      const items: P["items"] = [...(before?.items ?? [])];
      let left = again ? Math.max(partSize, latest.current.current?.items.length ?? 0) : partSize;
      let after = before?.last.next ?? undefined;
      now.current = { again, more: false };
      setFetching(true);
      try {
        let part: P;
        do {
          part = await latest.current.ask(after, Math.min(left, mostAtOnce));
          if (mine !== turn.current) return;
          if (now.current.more) left += partSize;
          now.current.more = false;
          items.push(...part.items);
          left -= part.items.length;
          after = part.next ?? undefined;
        } while (after && left > 0);
        setListed({ key, items, last: part });
        setProblem(undefined);
      } catch (error) {
        if (mine === turn.current) setProblem({ key, problem: asProblem(error) });
      } finally {
        if (mine === turn.current) {
          now.current = undefined;
          setFetching(false);
        }
      }
    },
    [key, partSize],
  );

  const more = useCallback(() => {
    if (!now.current) void load(false);
    else if (now.current.again) now.current.more = true;
  }, [load]);

  useEffect(() => {
    void load(true);
    return () => {
      turn.current++;
    };
  }, [load]);

  return {
    value: current?.items,
    last: current?.last,
    more: current?.last.next ? more : undefined,
    fetching,
    problem: problem?.key === key ? problem.problem : undefined,
    reload: useCallback(() => void load(true), [load]),
  };
}
