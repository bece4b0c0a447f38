import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { api } from "../../api/client.ts";
import type { InboxUtterance } from "../../api/types.ts";
import { accountName } from "../../corrections/sessions.ts";
import { projectsWithBatches } from "./batchStore.ts";
import { DecisionQueue, type QueueView } from "./decisionQueue.ts";
import { emptyStack, moved, pushed, readStack } from "./undoStack.ts";
import { decisionOn } from "./utterances.ts";

export interface Labelling {
  view: QueueView;
  decide: (utterances: readonly InboxUtterance[], intent: string) => void;
  /** Takes the newest decision back, or makes the one again that was taken back last; what it was on, with the intent that is there now. */
  step: (back: boolean) => { documentId: string; turn: number; intent: string | null }[];
  /** The revision of a document once all decisions on it are stored. */
  stored: (documentId: string) => Promise<number | undefined>;
  saw: (documentId: string, revision: number) => void;
  wake: () => void;
  forgetRefused: () => void;
}

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
  const stack = useRef(emptyStack);

  useEffect(() => {
    stack.current = readStack(localStorage.getItem(name));
  }, [name]);

  const keep = () => localStorage.setItem(name, JSON.stringify(stack.current));

  return {
    view,
    decide: (utterances, intent) => {
      if (utterances.length === 0) return;
      queue.add(utterances.map((utterance) => decisionOn(utterance, intent)));
      stack.current = pushed(
        stack.current,
        utterances.map(({ documentId, turn, revision, intent: from }) => ({ documentId, turn, revision, from: from ?? null, to: intent })),
      );
      keep();
    },
    step: (back) => {
      const { stack: after, step } = moved(stack.current, back);
      stack.current = after;
      const now = step.map((item) => ({ ...item, intent: back ? item.from : item.to, was: back ? item.to : item.from }));
      if (now.length > 0) {
        keep();
        queue.add(now.map(({ documentId, turn, intent, was, revision }) => ({ documentId, turn, intent, seen: { revision, intent: was } })));
      }
      return now.map(({ documentId, turn, intent }) => ({ documentId, turn, intent }));
    },
    stored: (documentId) => queue.stored(documentId),
    saw: (documentId, revision) => queue.saw(documentId, revision),
    wake: () => queue.wake(),
    forgetRefused: () => queue.forgetRefused(),
  };
}
