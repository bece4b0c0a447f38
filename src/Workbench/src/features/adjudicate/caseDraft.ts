// Decisions of an adjudication that are not gold yet, kept in the browser until the service has taken them: a page that is closed or
// breaks down loses none. They hold indices, offsets and labels, never words. Pure but for the hook.

import { useRef, useState } from "react";
import type { AdjudicationCase, AdjudicationRequest } from "../../api/types.ts";
import { newId } from "../../corrections/newId.ts";
import { accountName } from "../../corrections/sessions.ts";
import { sending, type Choice } from "./choices.ts";

export interface CaseDraft {
  /** What was compared when they were made; with other readings they mean nothing. */
  basis: string;
  /** In the order in which they were made. */
  choices: [string, Choice][];
  /** What was sent last and may have arrived. */
  sent?: AdjudicationRequest;
}

/** The kept draft of a case; undefined where there is none that can be read, or it is of other readings. */
export function readDraft(json: string | null, basis: string): CaseDraft | undefined {
  try {
    const draft = JSON.parse(json ?? "null") as CaseDraft | null;
    return draft?.basis === basis && Array.isArray(draft.choices) ? draft : undefined;
  } catch {
    return undefined;
  }
}

export function useCaseDraft(open: AdjudicationCase) {
  const name = `clinicalnlp.adjudication.${accountName()}.${open.document.id}`;
  const [found] = useState(() => readDraft(localStorage.getItem(name), open.basis));
  const draft = useRef<CaseDraft>(found ?? { basis: open.basis, choices: [] });
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(() => new Map(draft.current.choices));

  function keep(next: CaseDraft) {
    draft.current = next;
    if (next.choices.length === 0 && !next.sent) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(next));
  }

  return {
    choices,
    /** How many were made on an earlier visit. */
    found: found?.choices.length ?? 0,
    change: (next: ReadonlyMap<string, Choice>) => {
      setChoices(next);
      keep({ ...draft.current, choices: [...next] });
    },
    /** What is sent now: under the key of before where it is the same. */
    request: () => {
      const sent = sending(draft.current.sent, open, choices, newId);
      keep({ ...draft.current, sent });
      return sent;
    },
    forget: () => localStorage.removeItem(name),
  };
}
