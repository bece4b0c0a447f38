import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import type { LabelError } from "../../api/types.ts";
import { recounted, withDecision, type Counts, type Decision, type ErrorFilter } from "./errors.ts";

const pageSize = 100;

/** The queue as far as it is needed, and decisions, which are shown at once while they are sent. */
export function useLabelErrors(projectId: string, filter: ErrorFilter, wanted: { at: readonly string[]; fetched: number }) {
  const [items, setItems] = useState<LabelError[]>();
  const [counts, setCounts] = useState<Counts>([]);
  const [problem, setProblem] = useState<Problem>();
  const next = useRef<string | null | undefined>(undefined);
  const turn = useRef(0);
  const fetching = useRef(false);
  /** By entry: what is said of one goes out in order, and waits for nothing else. */
  const sending = useRef(new Map<string, Promise<unknown>>());
  const [unsent, setUnsent] = useState(0);
  const key = JSON.stringify(filter);

  const fetchPart = useCallback(
    async (after: string | undefined) => {
      const { state, kind, label } = JSON.parse(key) as ErrorFilter;
      return api.labelErrors(projectId, {
        state,
        kind: kind || undefined,
        label: label || undefined,
        offsetUnit: "utf16CodeUnit",
        limit: pageSize,
        after,
      });
    },
    [projectId, key],
  );

  /** From the start: until the place is there that is asked for, and no further than the list had been fetched before. */
  const fetchAnew = useCallback(
    async (at: readonly string[], fetched: number) => {
      const mine = ++turn.current;
      fetching.current = true;
      try {
        await Promise.all(sending.current.values());
        let part = await fetchPart(undefined);
        const all = [...part.items];
        while (part.next && all.length < fetched && at.length > 0 && !all.some((error) => at.includes(error.id))) {
          part = await fetchPart(part.next);
          all.push(...part.items);
        }
        if (mine !== turn.current) return;
        next.current = part.next;
        setItems(all);
        setCounts(part.counts);
        setProblem(undefined);
      } catch (error) {
        if (mine === turn.current) setProblem(asProblem(error));
      } finally {
        if (mine === turn.current) fetching.current = false;
      }
    },
    [fetchPart],
  );

  const first = useRef(wanted);
  useEffect(() => {
    setItems(undefined);
    const { at, fetched } = first.current;
    first.current = { at: [], fetched: 0 };
    void fetchAnew(at, fetched);
    return () => {
      turn.current++;
    };
  }, [fetchAnew]);

  const more = useCallback(async () => {
    if (fetching.current || !next.current) return;
    const mine = turn.current;
    fetching.current = true;
    try {
      const part = await fetchPart(next.current);
      if (mine !== turn.current) return;
      next.current = part.next;
      setItems((before = []) => {
        const known = new Set(before.map((error) => error.id));
        return [...before, ...part.items.filter((error) => !known.has(error.id))];
      });
    } catch (error) {
      if (mine === turn.current) setProblem(asProblem(error));
    } finally {
      if (mine === turn.current) fetching.current = false;
    }
  }, [fetchPart]);

  /** Shown at once; when the service does not take it, it is shown as it was. Resolves to whether it was taken. */
  const decide = useCallback(
    (error: LabelError, decision: Decision | undefined): Promise<boolean> => {
      const replace = (from: LabelError, to: LabelError) => {
        setItems((before) => before?.map((item) => (item.id === to.id ? to : item)));
        setCounts((before) => recounted(before, from, to));
      };
      const after = withDecision(error, decision);
      replace(error, after);
      const send = () => api.decideLabelError(projectId, error.id, decision);
      const before = sending.current.get(error.id);
      const sent = (before ? before.then(send) : send()).then(
        () => true,
        (failure: unknown) => {
          replace(after, error);
          setProblem(asProblem(failure));
          return false;
        },
      );
      sending.current.set(error.id, sent);
      setUnsent((count) => count + 1);
      void sent.then(() => {
        setUnsent((count) => count - 1);
        if (sending.current.get(error.id) === sent) sending.current.delete(error.id);
      });
      return sent;
    },
    [projectId],
  );

  return { items, counts, problem, unsent, decide, more, fetchAnew, hasMore: Boolean(next.current) };
}
