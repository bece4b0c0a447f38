import { useState } from "react";
import { asProblem, type Problem } from "../api/problem.ts";

/** Something asked of the service by a button: whether it is under way, and what went wrong. */
export function useAttempt(): {
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
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return { busy, problem, dismiss: () => setProblem(undefined), attempt };
}
