import { useState } from "react";
import { asProblem, type Problem } from "../api/problem.ts";

/**
 * Something asked of the service by a button: whether it is under way, and what went wrong.
 * @param onFailure told of what went wrong, where a page does more than show it.
 */
export function useAttempt(onFailure?: (problem: Problem) => void): {
  busy: boolean;
  problem: Problem | undefined;
  dismiss: () => void;
  attempt: (action: () => Promise<unknown>) => Promise<void>;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  async function attempt(action: () => Promise<unknown>) {
    setBusy(true);
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      onFailure?.(found);
    } finally {
      setBusy(false);
    }
  }

  return { busy, problem, dismiss: () => setProblem(undefined), attempt };
}
