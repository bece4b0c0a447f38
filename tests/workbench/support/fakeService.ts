// The service's rules for one document, in memory: revisions, idempotency, refusals. Lines can be cut and answers lost.

import { Problem, unreachable } from "@/api/problem.ts";
import type {
  AnnotatedDocument,
  Change,
  CorrectionAnswer,
  CorrectionRequest,
  Mention,
  RevisionChange,
} from "@/api/types.ts";
import { applyChanges } from "@/corrections/apply.ts";

export class FakeService {
  document: AnnotatedDocument;
  readonly log: RevisionChange[] = [];
  readonly requests: CorrectionRequest[] = [];
  readonly labels: ReadonlySet<string>;
  /** The next answers that never arrive: `request` is lost on the way in, `answer` on the way back. */
  readonly lost: ("request" | "answer")[] = [];
  signedIn = true;
  /** Gives its own names to added mentions, as a service may. */
  renames = false;
  #answers = new Map<string, CorrectionAnswer>();
  #ids = 0;

  constructor(text: string, mentions: Partial<Mention>[] = [], labels = ["PROBLEM", "MEDICATION", "DOSAGE"]) {
    this.labels = new Set(labels);
    this.document = {
      id: "d1",
      projectId: "p1",
      kind: "note",
      status: "new",
      revision: 1,
      text,
      turns: [],
      relations: [],
      mentions: mentions.map((mention, index) => ({
        id: `m${index + 1}`,
        start: 0,
        end: 1,
        label: "PROBLEM",
        state: "suggested" as const,
        ...mention,
      })),
    };
  }

  api = {
    document: (): Promise<AnnotatedDocument> => {
      if (!this.signedIn) return Promise.reject(new Problem(401, "sign_in_required", "Sign in."));
      if (this.lost.length > 0) {
        this.lost.shift();
        return Promise.reject(unreachable());
      }
      return Promise.resolve(structuredClone(this.document));
    },
    correct: (_: string, request: CorrectionRequest): Promise<CorrectionAnswer> => {
      if (!this.signedIn) return Promise.reject(new Problem(401, "sign_in_required", "Sign in."));
      const fault = this.lost.shift();
      if (fault === "request") return Promise.reject(unreachable());
      this.requests.push(structuredClone(request));
      try {
        const answer = structuredClone(this.answered(request));
        return fault === "answer" ? Promise.reject(unreachable()) : Promise.resolve(answer);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
  };

  /** Somebody else's save. */
  byOther(...changes: Change[]): void {
    this.take({ revision: this.document.revision, idempotencyKey: `other-${++this.#ids}`, changes }, "Ana");
  }

  /** A label gets another name for the whole project: decided mentions are told in the log, suggestions are not. */
  renameLabel(from: string, label: string): void {
    const named = this.document.mentions.filter((mention) => mention.label === from);
    const revision = this.document.revision + 1;
    const mentions = this.document.mentions.map((mention) => (named.includes(mention) ? { ...mention, label } : mention));
    this.document = { ...this.document, revision, mentions };
    const changes = named
      .filter((mention) => mention.state !== "suggested")
      .map(({ id }) => ({ action: "relabel" as const, mentionId: id, label, fromLabel: from }));
    this.log.push({ revision, by: "Mia", at: "2026-11-22T10:00:00Z", schemaVersion: 2, changes });
  }

  mention(id: string): Mention | undefined {
    return this.document.mentions.find((mention) => mention.id === id);
  }

  /** What changed in place of the document, unless the request was answered before: then it is not known any more. */
  private answered(request: CorrectionRequest): CorrectionAnswer {
    const before = this.document;
    const repeated = this.#answers.has(request.idempotencyKey);
    const { revision, document } = this.take(request, "me");
    if (repeated) return { revision, document: this.document };
    const { mentions, relations, turns, status } = document!;
    const missing = <T extends { id: string }>(old: T[], now: T[]) => old.filter(({ id }) => !now.some((one) => one.id === id)).map(({ id }) => id);
    return {
      revision,
      changed: {
        status,
        mentions: mentions.filter((mention) => !before.mentions.includes(mention)),
        mentionsGone: missing(before.mentions, mentions),
        relations: relations.filter((relation) => !before.relations.includes(relation)),
        relationsGone: missing(before.relations, relations),
        turns: turns.filter((turn) => !before.turns.includes(turn)),
      },
    };
  }

  private take(request: CorrectionRequest, by: string): CorrectionAnswer {
    const before = this.#answers.get(request.idempotencyKey);
    if (before) return before;
    if (request.revision !== this.document.revision) {
      throw new Problem(409, "stale_revision", "The document has changed.", {
        currentRevision: this.document.revision,
        changesSince: this.log.filter((entry) => entry.revision > request.revision),
      });
    }
    const changes = request.changes.map((change) => this.checked(change));
    const revision = this.document.revision + 1;
    const next = applyChanges(this.document, changes);
    // Relations get the service's own ids.
    const relations = next.relations.map((relation) => (this.document.relations.includes(relation) ? relation : { ...relation, id: `r${++this.#ids}` }));
    this.document = { ...next, relations, revision, status: "in_progress" };
    this.log.push({ revision, by, at: "2026-11-22T10:00:00Z", changes });
    const answer = { revision, document: this.document };
    this.#answers.set(request.idempotencyKey, answer);
    return answer;
  }

  private checked(change: Change & { text?: string }): Change {
    const { text, ...kept } = change;
    if (change.label && !this.labels.has(change.label)) throw new Problem(422, "label_not_in_schema", "Not a label.");
    if (text !== undefined && text !== this.document.text.slice(change.start, change.end)) {
      throw new Problem(422, "span_off_surface", "The text differs.");
    }
    if (change.action === "add" && this.renames) return { ...kept, mentionId: `s${++this.#ids}` };
    const needsMention = ["accept", "reject", "relabel", "resize", "remove"].includes(change.action);
    if (needsMention && !this.mention(change.mentionId!)) throw new Problem(404, "not_found", "No such mention.");
    return kept;
  }
}
