import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem, unreachable } from "@/api/problem.ts";
import type { DecisionsAnswer, DecisionsRequest } from "@/api/types.ts";
import { DecisionQueue, type Decision } from "@/features/inbox/decisionQueue.ts";

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const decision = (documentId: string, intent: string | null, revision = 0, seen: string | null = null): Decision => ({
  documentId,
  turn: 0,
  intent,
  seen: { revision, intent: seen },
});

/** Keeps one utterance a document, with revisions and keys as the service does. */
class Service {
  readonly documents = new Map<string, { revision: number; intent: string | null; done?: boolean }>();
  readonly requests: DecisionsRequest[] = [];
  readonly #known = new Map<string, string>();
  broken = 0;
  cut = 0;

  send = async (request: DecisionsRequest): Promise<DecisionsAnswer> => {
    this.requests.push(structuredClone(request));
    if (this.broken-- > 0) throw unreachable();
    const documents = request.decisions.map((given) => {
      const stored = this.documents.get(given.documentId)!;
      const key = `${request.idempotencyKey} ${given.documentId}`;
      const told = JSON.stringify(given);
      const utterances = () => [{ turn: 0, ...(stored.intent === null ? {} : { intent: stored.intent }) }];
      const refuse = (code: string) => ({
        documentId: given.documentId,
        outcome: "refused" as const,
        revision: stored.revision,
        code,
        detail: code,
        utterances: utterances(),
      });
      if (this.#known.has(key)) {
        if (this.#known.get(key) !== told) return refuse("idempotency_key_reused");
        return { documentId: given.documentId, outcome: "repeated" as const, revision: stored.revision, utterances: utterances() };
      }
      if (given.revision !== stored.revision) return refuse("stale_revision");
      if (stored.done) return refuse("document_done");
      stored.intent = given.intent;
      stored.revision++;
      this.#known.set(key, told);
      return { documentId: given.documentId, outcome: "applied" as const, revision: stored.revision, utterances: utterances() };
    });
    if (this.cut-- > 0) throw unreachable();
    return { documents, applied: 0, refused: 0 };
  };
}

async function settle(queue: DecisionQueue) {
  for (let i = 0; i < 50 && queue.view.waiting > 0; i++) await vi.advanceTimersByTimeAsync(20_000);
}

test("later decisions on a document build on the earlier ones", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 3, intent: null });
  const queue = new DecisionQueue("p", service.send, localStorage);
  queue.add([decision("a", "refill", 3)]);
  queue.add([decision("a", "greeting", 3, "refill")]);
  queue.add([decision("a", null, 3, "greeting")]);
  await settle(queue);
  expect(service.documents.get("a")).toEqual({ revision: 6, intent: null });
  expect(queue.view.refused).toEqual([]);
  expect(localStorage.length).toBe(0);
});

test("an answer that was lost is asked for again with the same request, and nothing is stored twice", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 0, intent: null });
  service.cut = 2;
  const queue = new DecisionQueue("p", service.send, localStorage);
  queue.add([decision("a", "refill")]);
  await vi.advanceTimersByTimeAsync(10);
  expect(queue.view.state).toBe("offline");
  await settle(queue);
  expect(service.documents.get("a")!.revision).toBe(1);
  expect(new Set(service.requests.map((request) => JSON.stringify(request))).size).toBe(1);
  expect(queue.view).toMatchObject({ waiting: 0, state: "saved", refused: [] });
});

test("what was not acknowledged survives a reload", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 0, intent: null });
  service.broken = 1000;
  const before = new DecisionQueue("p", service.send, localStorage);
  before.add([decision("a", "refill")]);
  await vi.advanceTimersByTimeAsync(10);
  vi.clearAllTimers();
  service.broken = 0;
  const after = new DecisionQueue("p", service.send, localStorage);
  await settle(after);
  expect(service.documents.get("a")).toEqual({ revision: 1, intent: "refill" });
});

test("another change of the document is built upon; another decision on the utterance is told", async () => {
  const service = new Service();
  service.documents.set("other turn", { revision: 5, intent: null });
  service.documents.set("same turn", { revision: 5, intent: "greeting" });
  service.documents.set("same thought", { revision: 5, intent: "refill" });
  service.documents.set("done", { revision: 0, intent: null, done: true });
  const queue = new DecisionQueue("p", service.send, localStorage);
  queue.add(["other turn", "same turn", "same thought", "done"].map((id) => decision(id, "refill")));
  await settle(queue);
  expect(service.documents.get("other turn")).toEqual({ revision: 6, intent: "refill" });
  expect(service.documents.get("same turn")!.intent).toBe("greeting");
  expect(queue.view.refused.map(({ documentId, code, intent }) => [documentId, code, intent])).toEqual([
    ["same turn", "stale_revision", "greeting"],
    ["done", "document_done", null],
  ]);
});

test("a request that is refused as a whole does not stop the others", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 0, intent: null });
  let first = true;
  const queue = new DecisionQueue(
    "p",
    (request) => {
      if (!first) return service.send(request);
      first = false;
      return Promise.reject(new Problem(403, "forbidden", "The role needed for this is missing."));
    },
    localStorage,
  );
  queue.add([decision("a", "greeting")]);
  queue.add([decision("a", "refill")]);
  await settle(queue);
  expect(queue.view.refused.map((refusal) => refusal.code)).toEqual(["forbidden"]);
  expect(service.documents.get("a")!.intent).toBe("refill");
});

test("who waits for a document is told the revision once everything on it is stored, and why it is not", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 3, intent: null });
  service.documents.set("b", { revision: 0, intent: null });
  const queue = new DecisionQueue("p", service.send, localStorage);
  queue.add([decision("a", "refill", 3)]);
  queue.add([decision("a", "greeting", 3, "refill")]);
  const told = queue.stored("a");
  expect(await queue.stored("b")).toBeUndefined();
  await settle(queue);
  expect(await told).toBe(5);

  // Somebody completed it here: the next decision is made on that revision.
  service.documents.get("a")!.revision = 6;
  queue.saw("a", 6);
  queue.saw("a", 4);
  expect(await queue.stored("a")).toBe(6);
  queue.add([decision("a", "refill", 5, "greeting")]);
  await settle(queue);
  expect(service.documents.get("a")).toEqual({ revision: 7, intent: "refill" });

  service.broken = 100;
  queue.add([decision("b", "refill")]);
  const waiting = expect(queue.stored("b")).rejects.toThrow(Problem);
  await vi.advanceTimersByTimeAsync(10);
  await waiting;
});

test("two windows keep what each of them decided", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 0, intent: null });
  service.documents.set("b", { revision: 0, intent: null });
  const first = new DecisionQueue("p", () => Promise.reject(unreachable()), localStorage);
  const second = new DecisionQueue("p", service.send, localStorage);
  first.add([decision("a", "refill")]);
  second.add([decision("b", "greeting")]);
  await settle(second);
  expect(second.view.waiting).toBe(0);

  // The first window is closed before the service has heard of its decision.
  vi.clearAllTimers();
  await settle(new DecisionQueue("p", service.send, localStorage));
  expect(service.documents.get("a")).toEqual({ revision: 1, intent: "refill" });
  expect(service.documents.get("b")).toEqual({ revision: 1, intent: "greeting" });
  expect(localStorage.length).toBe(0);
});

test("what two windows send both is stored once and refused in neither", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 0, intent: null });
  service.broken = 1;
  const first = new DecisionQueue("p", service.send, localStorage);
  first.add([decision("a", "refill")]);
  await vi.advanceTimersByTimeAsync(10);
  const second = new DecisionQueue("p", service.send, localStorage);
  await settle(first);
  await settle(second);
  expect(service.documents.get("a")!.revision).toBe(1);
  expect([...first.view.refused, ...second.view.refused]).toEqual([]);
  expect(localStorage.length).toBe(0);
});

test("nobody's decisions are sent as somebody else's", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 0, intent: null });
  let account = "ana";
  let down = true;
  const send = (request: DecisionsRequest) => (down ? Promise.reject(unreachable()) : service.send(request));
  const ana = new DecisionQueue("p", send, localStorage, () => account);
  ana.add([decision("a", "refill")]);
  await vi.advanceTimersByTimeAsync(10);
  account = "ben";
  down = false;
  const ben = new DecisionQueue("p", send, localStorage, () => account);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([service.requests.length, ben.view.waiting]).toEqual([0, 0]);

  account = "ana";
  await settle(new DecisionQueue("p", send, localStorage, () => account));
  expect(service.documents.get("a")).toEqual({ revision: 1, intent: "refill" });
});

test("what a page of before kept in one entry is sent", async () => {
  const service = new Service();
  service.documents.set("a", { revision: 2, intent: null });
  localStorage.setItem("clinicalnlp.inbox.p", JSON.stringify([{ key: "k1", decisions: [decision("a", "refill", 2)] }]));
  await settle(new DecisionQueue("p", service.send, localStorage));
  expect(service.documents.get("a")).toEqual({ revision: 3, intent: "refill" });
  expect(localStorage.length).toBe(0);
});
