// One open document: what the service has, what the person did since, and the sending of the difference.
// Knows no screen. Steps are sent one at a time and in order; a step that was not acknowledged stays in the journal.

import { asProblem, type Problem } from "../api/problem.ts";
import type {
  AnnotatedDocument,
  Change,
  CorrectionAnswer,
  CorrectionRequest,
  RevisionChange,
} from "../api/types.ts";
import { applyChanges, inverseOf, keepIdentity, piecesKey, withDifference } from "./apply.ts";
import { fitting, noHistory, type History } from "./history.ts";
import type { Journal, PendingStep } from "./journal.ts";
import { changesToMine, rebase, sideOf, touchedByOthers, type SetAside } from "./rebase.ts";
import { withNames } from "./relations.ts";
import { UndoStacks } from "./undoStacks.ts";

export interface SessionApi {
  document(id: string): Promise<AnnotatedDocument>;
  correct(id: string, request: CorrectionRequest): Promise<CorrectionAnswer>;
}

export interface SessionTools {
  api: SessionApi;
  journal: Journal;
  /** Without it, undo and redo end with the page. */
  history?: History;
  newId(): string;
  now(): Date;
  later(run: () => void, ms: number): () => void;
}

/** Shown until dismissed: somebody else changed the document, or the service refused something. */
export interface Notice {
  kind: "merged" | "refused";
  others: RevisionChange[];
  reapplied: number;
  setAside: SetAside[];
  problem?: Problem;
}

export type Saving = "saved" | "saving" | "offline" | "signedOut";

export interface SessionView {
  /** Undefined until the first answer. */
  document: AnnotatedDocument | undefined;
  problem: Problem | undefined;
  saving: Saving;
  /** Steps that are not acknowledged. */
  waiting: number;
  notice: Notice | undefined;
  canUndo: boolean;
  canRedo: boolean;
}

/** What an undo or redo did. */
export interface Travelled {
  changes: Change[];
  /** Mentions and turns of the step that somebody has changed since: they stay as they are. */
  leftAlone: number;
}

const longestPause = 15_000;

export class DocumentSession {
  readonly id: string;
  readonly #tools: SessionTools;
  readonly #listeners = new Set<() => void>();
  #base: AnnotatedDocument | undefined;
  /** The revision the next step is sent with; behind `#base` only while old steps of a former page are resent. */
  #revision = 0;
  #steps: PendingStep[];
  readonly #history: UndoStacks;
  #historyRead: Promise<void> | undefined;
  /** Ids given here to added mentions → the service's, where it gave its own. */
  readonly #aliases = new Map<string, string>();
  /** Mentions that exist only because of steps of this page. */
  readonly #ownNew = new Set<string>();
  #sequence = 0;
  #sending = false;
  #failures = 0;
  #problem: Problem | undefined;
  #notice: Notice | undefined;
  #signedOut = false;
  #cancelRetry: (() => void) | undefined;
  #closed = false;
  #view: SessionView;
  /** With the unsent steps upon it; undefined until it is asked for after a change of either. */
  #shown: AnnotatedDocument | undefined;
  #drained: (() => void)[] = [];

  constructor(id: string, tools: SessionTools) {
    this.id = id;
    this.#tools = tools;
    this.#history = new UndoStacks(id, tools.history ?? noHistory);
    this.#steps = tools.journal.load(id);
    this.#sequence = this.#steps.at(-1)?.sequence ?? 0;
    for (const change of this.#steps.flatMap((step) => step.changes)) {
      if (change.action === "add" && change.mentionId) this.#ownNew.add(change.mentionId);
    }
    this.#view = this.#look();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  view = (): SessionView => this.#view;

  async open(): Promise<void> {
    try {
      // The history comes first: a mention that the service names otherwise has to be renamed in it.
      this.#historyRead ??= this.#history.load().catch(() => {});
      const [document] = await Promise.all([this.#tools.api.document(this.id), this.#historyRead]);
      this.#take(document);
      const first = this.#steps[0];
      this.#revision = first ? Math.min(first.sent ?? first.seen, document.revision) : document.revision;
      this.#problem = undefined;
      this.#changed();
      this.#send();
    } catch (error) {
      this.#problem = asProblem(error);
      this.#signedOut = this.#problem.isSignInRequired;
      this.#changed();
      if (this.#problem.isTemporary) this.#retryLater(() => void this.open());
    }
  }

  /** Carries out a decision: shown at once, journalled, sent. */
  perform(changes: Change[]): void {
    const document = this.#view.document;
    if (!document || changes.length === 0) return;
    const id = this.#tools.newId();
    this.#history.push(id, this.#tools.now().getTime(), changes, inverseOf(document, changes));
    this.#enqueue(changes, id);
  }

  undo = (): Travelled => this.#travel(true);

  redo = (): Travelled => this.#travel(false);

  /** Steps that others have overtaken entirely are passed over. */
  #travel(back: boolean): Travelled {
    const document = this.#view.document;
    const travelled: Travelled = { changes: [], leftAlone: 0 };
    if (!document || document.status === "done") return travelled;
    for (let step = this.#history.take(back); step; step = this.#history.take(back)) {
      const fit = fitting(document, step, back);
      travelled.leftAlone += fit.leftAlone;
      if (fit.changes.length === 0) {
        this.#history.forget(step.id);
        continue;
      }
      travelled.changes = fit.changes;
      this.#enqueue(fit.changes, step.id);
      return travelled;
    }
    this.#changed();
    return travelled;
  }

  /** One of two sides of a conflict is chosen; the last one closes the notice. */
  settle(conflict: SetAside, side: "mine" | "theirs"): void {
    const notice = this.#notice;
    const document = this.#view.document;
    if (!notice?.setAside.includes(conflict) || !document) return;
    const setAside = notice.setAside.filter((other) => other !== conflict);
    this.#notice = setAside.length > 0 ? { ...notice, setAside } : undefined;
    if (side === "mine") this.perform(changesToMine(document, conflict));
    this.#changed();
  }

  dismissNotice(): void {
    this.#notice = undefined;
    this.#changed();
  }

  /** The line is back, or somebody signed in: do not wait for the next attempt. */
  wake(): void {
    this.#signedOut = false;
    this.#failures = 0;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#base) this.#send();
    else void this.open();
  }

  /** Resolves when everything is acknowledged; rejects when that cannot be now. */
  async flushed(): Promise<number> {
    if (this.#steps.length > 0) {
      if (this.#view.saving === "offline" || this.#view.saving === "signedOut") {
        throw this.#problem ?? new Error("Changes are waiting for the service to answer.");
      }
      await new Promise<void>((resolve) => this.#drained.push(resolve));
      if (this.#steps.length > 0) throw this.#problem ?? new Error("Changes are waiting for the service to answer.");
    }
    return this.#revision;
  }

  /** The document as the service holds it after something other than a correction, such as completing it. */
  async reload(): Promise<void> {
    this.#take(await this.#tools.api.document(this.id));
    if (this.#steps.length === 0) this.#revision = this.#base!.revision;
    this.#changed();
  }

  /** Forgets everything that was not sent. */
  discard(): void {
    for (const step of this.#steps) this.#tools.journal.forget(this.id, step.key);
    for (const step of this.#steps) if (step.history !== undefined) this.#history.forget(step.history);
    this.#steps = [];
    this.#shown = undefined;
    this.#changed();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
  }

  get isIdle(): boolean {
    return this.#steps.length === 0;
  }

  newMentionId(): string {
    return this.#tools.newId();
  }

  /** What the service calls a mention that was named here. */
  currentId(id: string): string {
    return this.#aliases.get(id) ?? id;
  }

  #enqueue(changes: Change[], history: string): void {
    const step: PendingStep = {
      key: this.#tools.newId(),
      sequence: ++this.#sequence,
      seen: this.#base!.revision,
      changes: changes.map((change) => this.#named(change)),
      at: this.#tools.now().toISOString(),
      history,
    };
    for (const change of step.changes) {
      if (change.action === "add" && change.mentionId) this.#ownNew.add(change.mentionId);
    }
    this.#steps.push(step);
    this.#shown = this.#view.document && applyChanges(this.#view.document, step.changes);
    this.#save(step);
    this.#changed();
    this.#send();
  }

  #named(change: Change): Change {
    return this.#aliases.size === 0 ? change : withNames(change, (id) => this.currentId(id));
  }

  #save(step: PendingStep): void {
    try {
      this.#tools.journal.save(this.id, step);
    } catch {
      // The browser's storage is full or closed. The step is still sent; only a reload before that would lose it.
    }
  }

  #send(): void {
    if (this.#sending || this.#closed || this.#signedOut || this.#cancelRetry || !this.#base) return;
    const step = this.#steps[0];
    if (!step) {
      this.#settle();
      return;
    }
    this.#sending = true;
    step.sent ??= this.#revision;
    this.#save(step);
    this.#changed();
    void this.#tools.api
      .correct(this.id, { revision: step.sent, idempotencyKey: step.key, changes: step.changes.map((c) => this.#outgoing(c)) })
      .then(
        (answer) => this.#acknowledged(step, answer),
        (error: unknown) => this.#refused(step, asProblem(error)),
      );
  }

  #outgoing(change: Change): Change & { text?: string } {
    const { brings: _, ...named } = this.#named(change);
    return named.start === undefined || named.end === undefined
      ? named
      : { ...named, text: this.#base!.text.slice(named.start, named.end) };
  }

  #acknowledged(step: PendingStep, answer: CorrectionAnswer): void {
    const before = this.#base!;
    this.#sending = false;
    this.#failures = 0;
    this.#problem = undefined;
    this.#drop(step);
    const after = answer.document ?? (answer.changed && before.revision === step.sent ? withDifference(before, answer.changed, answer.revision) : undefined);
    if (!after) {
      // What changed says nothing to a page that does not have the revision before it.
      void this.#reloadThenSend(step);
      return;
    }
    this.#take(after);
    this.#revision = answer.revision;
    this.#learnNames(step, before, after);
    this.#changed();
    this.#send();
  }

  #learnNames(step: PendingStep, before: AnnotatedDocument, after: AnnotatedDocument): void {
    if (!step.changes.some((change) => change.action === "add")) return;
    const old = new Set(before.mentions.map((mention) => mention.id));
    const taken = new Set(this.#aliases.values());
    for (const change of step.changes) {
      if (change.action !== "add" || !change.mentionId) continue;
      if (after.mentions.some((mention) => mention.id === change.mentionId)) continue;
      const alike = after.mentions.filter(
        (mention) =>
          !taken.has(mention.id) &&
          mention.start === change.start &&
          mention.end === change.end &&
          piecesKey(mention.fragments) === piecesKey(change.fragments) &&
          mention.label === change.label,
      );
      // A step that is resent after a reload may have been carried out before: then its mention is not new.
      const given = alike.find((mention) => !old.has(mention.id)) ?? alike.find((mention) => mention.state === "added");
      if (!given) continue;
      taken.add(given.id);
      this.#aliases.set(change.mentionId, given.id);
      this.#history.rename(change.mentionId, given.id);
      for (const later of this.#steps) later.changes = later.changes.map((waiting) => this.#named(waiting));
      this.#shown = undefined;
    }
  }

  #refused(step: PendingStep, problem: Problem): void {
    this.#sending = false;
    if (problem.isSignInRequired) {
      this.#signedOut = true;
      this.#problem = problem;
      this.#changed();
      this.#settle();
    } else if (problem.isStale) {
      void this.#rebase(problem);
    } else if (problem.isTemporary) {
      this.#problem = problem;
      this.#failures++;
      this.#retryLater(() => this.#send());
    } else {
      void this.#giveUp(step, problem);
    }
  }

  /** The service will never take this step: it leaves the queue, in sight. */
  async #giveUp(step: PendingStep, problem: Problem): Promise<void> {
    const mine = this.#view.document!;
    this.#drop(step);
    if (step.history !== undefined) this.#history.forget(step.history);
    const aside = (change: Change): SetAside => ({
      change,
      reason: problem.detail,
      refused: true,
      mine: sideOf(mine, change),
      theirs: sideOf(this.#base!, change),
    });
    this.#notice = {
      kind: "refused",
      others: [],
      reapplied: 0,
      problem,
      setAside: [...(this.#notice?.setAside ?? []), ...step.changes.map(aside)],
    };
    await this.#reloadThenSend();
  }

  async #rebase(problem: Problem): Promise<void> {
    this.#sending = true;
    const since = (problem.extra["changesSince"] as RevisionChange[] | undefined) ?? [];
    let fresh: AnnotatedDocument;
    try {
      fresh = await this.#tools.api.document(this.id);
    } catch (error) {
      this.#sending = false;
      this.#refusedWhileReloading(asProblem(error));
      return;
    }
    const mine = this.#view.document!;
    const { steps, emptied, unmade, setAside, reapplied } = rebase(
      this.#steps,
      mine,
      fresh,
      touchedByOthers(this.#base, fresh, since),
      this.#ownNew,
    );
    for (const step of steps) this.#save(step);
    for (const step of emptied) this.#tools.journal.forget(this.id, step.key);
    for (const { history, changes } of unmade) this.#history.forgetChanges(history, changes);
    this.#steps = steps;
    this.#shown = undefined;
    this.#take(fresh);
    this.#revision = fresh.revision;
    this.#notice = {
      kind: "merged",
      others: [...(this.#notice?.others ?? []), ...since],
      reapplied: (this.#notice?.reapplied ?? 0) + reapplied,
      setAside: [...(this.#notice?.setAside ?? []), ...setAside],
    };
    this.#sending = false;
    this.#changed();
    this.#send();
  }

  /** @param made A step that was carried out, whose mentions the service has named. */
  async #reloadThenSend(made?: PendingStep): Promise<void> {
    this.#sending = true;
    const before = this.#base!;
    try {
      this.#take(await this.#tools.api.document(this.id));
      this.#revision = this.#base!.revision;
      if (made) this.#learnNames(made, before, this.#base!);
      this.#sending = false;
      this.#changed();
      this.#send();
    } catch (error) {
      this.#sending = false;
      this.#refusedWhileReloading(asProblem(error));
    }
  }

  #refusedWhileReloading(problem: Problem): void {
    this.#problem = problem;
    this.#failures++;
    this.#retryLater(() => this.#send());
  }

  #retryLater(run: () => void): void {
    this.#cancelRetry?.();
    const pause = Math.min(longestPause, 500 * 2 ** Math.min(this.#failures, 6));
    this.#cancelRetry = this.#tools.later(() => {
      this.#cancelRetry = undefined;
      if (!this.#closed) run();
    }, pause);
    this.#changed();
    this.#settle();
  }

  #drop(step: PendingStep): void {
    this.#steps = this.#steps.filter((other) => other !== step);
    this.#shown = undefined;
    this.#tools.journal.forget(this.id, step.key);
  }

  #take(document: AnnotatedDocument): void {
    // What is on the screen already needs no drawing when the service confirms it.
    this.#base = keepIdentity(this.#view.document ?? this.#base, document);
    this.#shown = undefined;
  }

  #settle(): void {
    const waiting = this.#drained;
    this.#drained = [];
    waiting.forEach((resolve) => resolve());
  }

  #changed(): void {
    this.#view = this.#look();
    this.#listeners.forEach((listener) => listener());
  }

  #look(): SessionView {
    this.#shown ??= this.#base && applyChanges(this.#base, this.#steps.flatMap((step) => step.changes.map((c) => this.#named(c))));
    return {
      document: this.#shown,
      problem: this.#problem,
      saving: this.#signedOut
        ? "signedOut"
        : this.#steps.length === 0
          ? "saved"
          : this.#cancelRetry
            ? "offline"
            : "saving",
      waiting: this.#steps.length,
      notice: this.#notice,
      canUndo: this.#history.canUndo,
      canRedo: this.#history.canRedo,
    };
  }
}
