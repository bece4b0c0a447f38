import { useState } from "react";
import type { Problem } from "../../api/problem.ts";
import type { Page } from "../../api/types.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";

/** A list page by page; `more` is there while more is. It starts anew with another `key`. */
export function usePages<T>(
  key: string,
  ask: (after?: string) => Promise<Page<T>>,
): { value: T[] | undefined; problem: Problem | undefined; reload: () => void; more: (() => void) | undefined } {
  const first = useAnswer(key, () => ask());
  const [rest, setRest] = useState<{ key: string; items: T[]; next: string | null | undefined }>({ key, items: [], next: undefined });
  const { busy, problem, attempt } = useAttempt();
  const later = rest.key === key ? rest : { key, items: [], next: undefined };
  const next = later.next === undefined ? first.value?.next : later.next;
  return {
    value: first.value && [...first.value.items, ...later.items],
    problem: first.problem ?? problem,
    reload: first.reload,
    more:
      next && !busy
        ? () =>
            void attempt(async () => {
              const page = await ask(next);
              setRest({ key, items: [...later.items, ...page.items], next: page.next ?? null });
            })
        : undefined,
  };
}
