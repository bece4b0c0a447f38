// What can be taken back in the inbox, and what has been; kept as JSON, so that it survives a reload. Pure.

/** A decision on an utterance: what it was, what it became, and the revision that was seen. */
export interface Undoable {
  documentId: string;
  turn: number;
  from: string | null;
  to: string;
  revision: number;
}

/** Decisions in the order in which they were made, each on one utterance or more; the newest stands last. */
export interface UndoStack {
  done: readonly Undoable[][];
  undone: readonly Undoable[][];
}

const kept = 500;

export const emptyStack: UndoStack = { done: [], undone: [] };

/** After a new decision there is nothing more to do again. */
export const pushed = ({ done }: UndoStack, step: Undoable[]): UndoStack => ({ done: [...done, step].slice(-kept), undone: [] });

/** The stack after its newest step went over to the other side, and that step. */
export function moved({ done, undone }: UndoStack, back: boolean): { stack: UndoStack; step: Undoable[] } {
  const step = (back ? done : undone).at(-1);
  if (!step) return { stack: { done, undone }, step: [] };
  return {
    stack: back ? { done: done.slice(0, -1), undone: [...undone, step] } : { done: [...done, step], undone: undone.slice(0, -1) },
    step,
  };
}

/** The kept stack, or an empty one where there is none that can be read. A bare list is what earlier versions kept. */
export function readStack(json: string | null): UndoStack {
  try {
    const stack = JSON.parse(json ?? "") as UndoStack | Undoable[][];
    if (Array.isArray(stack)) return { done: stack, undone: [] };
    return Array.isArray(stack.done) && Array.isArray(stack.undone) ? stack : emptyStack;
  } catch {
    return emptyStack;
  }
}
