import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem.ts";

export interface Answer<T> {
  value: T | undefined;
  problem: Problem | undefined;
  reload: () => void;
}

/** Asks when the component appears and whenever `key` changes; an answer that comes too late is dropped. */
export function useAnswer<T>(key: string, ask: () => Promise<T>): Answer<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem?: Problem }>({ key });
  const latest = useRef(ask);
  latest.current = ask;
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    latest.current().then(
      (value) => {
        if (mine === turn.current) setState({ key, value });
      },
      (error: unknown) => {
        if (mine === turn.current) setState((before) => ({ ...before, key, problem: asProblem(error) }));
      },
    );
  }, [key]);
  useEffect(() => {
    reload();
    return () => {
      turn.current++;
    };
  }, [reload]);
  const current = state.key === key;
  return { value: current ? state.value : undefined, problem: current ? state.problem : undefined, reload };
}
