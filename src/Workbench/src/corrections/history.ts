// The steps a person may take back and make again: where they are kept, and what of a step still fits the document. Positions
// and names only: never clinical text. Knows no screen and no service.

import type { AnnotatedDocument, Change, Mention, Relation, Turn } from "../api/types.ts";
import { applyChanges, sameMention, samePlace } from "./apply.ts";
import { isOfRelation, relationKey, withNames } from "./relations.ts";

export interface HistoryStep {
  id: string;
  /** Orders the steps of one document, over all windows that work on it. */
  order: number;
  /** Taken back, and may be made again. */
  undone: boolean;
  forward: Change[];
  /** What takes it back, in the order in which it must be applied. */
  back: Change[];
}

/** The steps of one document by one account. Writing never fails: what cannot be kept is not there after a reload. */
export interface History {
  load(documentId: string): Promise<HistoryStep[]>;
  put(documentId: string, step: HistoryStep): void;
  remove(documentId: string, ids: readonly string[]): void;
}

export const noHistory: History = { load: () => Promise.resolve([]), put: () => {}, remove: () => {} };

type Thing = Mention | Turn | Relation;

const idOf = (change: Change) => change.mentionId ?? (isOfRelation(change) ? relationKey(change) : `turn ${change.turn}`);

/** The mentions, relations and turns a step touches, as they were before it and as it left them. */
function statesAround(now: AnnotatedDocument, step: HistoryStep) {
  const blank: AnnotatedDocument = { ...now, mentions: [], relations: [], turns: now.turns };
  const before = applyChanges(blank, step.back);
  return { before: lookup(before), after: lookup(applyChanges(before, step.forward.map(asMade))) };
}

/** A mention that was drawn is restored as drawn. */
export const asMade = (change: Change): Change =>
  change.action === "add" ? { ...change, action: "restore", state: "added" } : change;

function lookup(document: AnnotatedDocument): (key: string) => Thing | undefined {
  const mentions = new Map(document.mentions.map((mention) => [mention.id, mention]));
  const turns = new Map(document.turns.map((turn) => [`turn ${turn.index}`, turn]));
  const relations = new Map(document.relations.map((relation) => [relationKey(relation), relation]));
  return (key) => mentions.get(key) ?? turns.get(key) ?? relations.get(key);
}

/** @param said Whether the step says something of the mention: then what others said of it since counts, too. */
function alike(a: Thing | undefined, b: Thing | undefined, said: boolean): boolean {
  if (!a || !b) return a === b;
  if ("speaker" in a && "speaker" in b) return (a.intent ?? null) === (b.intent ?? null) && (a.state ?? null) === (b.state ?? null);
  if ("label" in a && "label" in b) return said ? sameMention(a, b) : samePlace(a, b) && a.state === b.state;
  return "from" in a && "from" in b; // their ends and type are their key
}

/**
 * The part of a step that still can be taken back (or made again): of every mention and turn that is as the step left it (or
 * found it). What somebody else has changed since is left alone.
 */
export function fitting(now: AnnotatedDocument, step: HistoryStep, back: boolean): { changes: Change[]; leftAlone: number } {
  const { before, after } = statesAround(now, step);
  const present = lookup(now);
  const keys = new Set(step.forward.map(idOf));
  const said = new Set(step.forward.filter((change) => change.action === "annotate").map(idOf));
  const overtaken = new Set([...keys].filter((key) => !alike(present(key), back ? after(key) : before(key), said.has(key))));
  const changes = back ? step.back : step.forward.map(asMade);
  return { changes: changes.filter((change) => !overtaken.has(idOf(change))), leftAlone: overtaken.size };
}

/** Without the changes that never took effect; undefined when nothing is left of the step. */
export function without(step: HistoryStep, changes: readonly Change[]): HistoryStep | undefined {
  const gone = new Set(changes.map(idOf));
  const forward = step.forward.filter((change) => !gone.has(idOf(change)));
  return forward.length === 0 ? undefined : { ...step, forward, back: step.back.filter((change) => !gone.has(idOf(change))) };
}

/** With the service's name for a mention that was named here. */
export function renamed(step: HistoryStep, from: string, to: string): HistoryStep {
  const names = (change: Change) =>
    change.mentionId === from || change.from === from || change.to === from || !!change.brings?.some((one) => one.from === from || one.to === from);
  if (![...step.forward, ...step.back].some(names)) return step;
  const name = (change: Change) => withNames(change, (id) => (id === from ? to : id));
  return { ...step, forward: step.forward.map(name), back: step.back.map(name) };
}
