import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { api } from "../../api/client.ts";
import type { InboxUtterance } from "../../api/types.ts";
import { accountName } from "../../corrections/sessions.ts";
import { projectsWithBatches } from "./batchStore.ts";
import { DecisionQueue, type QueueView } from "./decisionQueue.ts";
import { decisionOn } from "./utterances.ts";

interface Undoable {
  documentId: string;
  turn: number;
  from: string | null;
  to: string;
  revision: number;
}

export interface Labelling {
  view: QueueView;
  decide: (utterances: readonly InboxUtterance[], intent: string) => void;
  /** Takes the newest decision back; what it was on, with the intent that is there again. */
  undo: () => { documentId: string; turn: number; intent: string | null }[];
  /** The revision of a document once all decisions on it are stored. */
  stored: (documentId: string) => Promise<number | undefined>;
  saw: (documentId: string, revision: number) => void;
  wake: () => void;
  forgetRefused: () => void;
}

const kept = 500;

/** One queue a project and account, however often its page is opened: what is on its way goes on. */
const queues = new Map<string, DecisionQueue>();

function queueOf(projectId: string): DecisionQueue {
  const name = `${accountName()} ${projectId}`;
  let queue = queues.get(name);
  if (!queue) {
    queue = new DecisionQueue(projectId, (request) => api.decide(projectId, request), localStorage, accountName);
    queues.set(name, queue);
  }
  return queue;
}

/** Sends what an earlier page left behind, also while nobody looks at the inbox. */
export function resumeDecisions(): void {
  for (const projectId of projectsWithBatches(localStorage)) queueOf(projectId).wake();
}

/** Decisions of one person on a project's utterances, with an undo that survives a reload. */
export function useLabelling(projectId: string): Labelling {
  const queue = useMemo(() => queueOf(projectId), [projectId]);
  const view = useSyncExternalStore(queue.subscribe, () => queue.view);
  const name = `clinicalnlp.inbox-undo.${accountName()}.${projectId}`;
  const stack = useRef<Undoable[][]>([]);

  useEffect(() => {
    try {
      stack.current = JSON.parse(localStorage.getItem(name) ?? "[]") as Undoable[][];
    } catch {
      stack.current = [];
    }
  }, [name]);

  const keep = () => localStorage.setItem(name, JSON.stringify(stack.current.slice(-kept)));

  return {
    view,
    decide: (utterances, intent) => {
      if (utterances.length === 0) return;
      queue.add(utterances.map((utterance) => decisionOn(utterance, intent)));
      stack.current.push(
        utterances.map(({ documentId, turn, revision, intent: from }) => ({ documentId, turn, revision, from: from ?? null, to: intent })),
      );
      keep();
    },
    undo: () => {
      const last = stack.current.pop() ?? [];
      if (last.length > 0) {
        keep();
        queue.add(
          last.map(({ documentId, turn, from, to, revision }) => ({ documentId, turn, intent: from, seen: { revision, intent: to } })),
        );
      }
      return last.map(({ documentId, turn, from }) => ({ documentId, turn, intent: from }));
    },
    stored: (documentId) => queue.stored(documentId),
    saw: (documentId, revision) => queue.saw(documentId, revision),
    wake: () => queue.wake(),
    forgetRefused: () => queue.forgetRefused(),
  };
}
