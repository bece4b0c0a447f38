import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StorageJournal } from "@/corrections/journal.ts";
import { DocumentSession } from "@/corrections/session.ts";
import { FakeService } from "../support/fakeService.ts";

const text = "Takes metformin 500 mg for diabetes 😀.\r\nNo chest pain.";
const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });

let ids = 0;
let storage: Storage;

function openSession(service: FakeService) {
  const session = new DocumentSession("d1", {
    api: service.api,
    journal: new StorageJournal(storage),
    newId: () => `local${++ids}`,
    now: () => new Date("2026-11-22T10:00:00Z"),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  return session;
}

async function ready(service: FakeService) {
  const session = openSession(service);
  await session.open();
  return session;
}

const idle = (session: DocumentSession) => vi.waitFor(() => expect(session.view().saving).toBe("saved"));
const stored = () => new StorageJournal(storage).load("d1").length;
const service = () =>
  new FakeService(text, [
    { ...at("metformin"), label: "MEDICATION", confidence: 0.9 },
    { ...at("500 mg"), label: "DOSAGE", confidence: 0.8 },
    { ...at("diabetes"), label: "MEDICATION", confidence: 0.4 },
  ]);

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  localStorage.clear();
  storage = localStorage;
});
afterEach(() => vi.useRealTimers());

test("a decision shows at once, is sent, and leaves the journal when acknowledged", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "accept", mentionId: "m1" }]);
  expect(session.view().document?.mentions[0]?.state).toBe("accepted");
  expect(session.view().saving).toBe("saving");
  expect(stored()).toBe(1);
  await idle(session);
  expect(stored()).toBe(0);
  expect(fake.mention("m1")?.state).toBe("accepted");
});

test("decisions made faster than the line arrive in order, each upon the revision before it", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "accept", mentionId: "m1" }]);
  session.perform([{ action: "reject", mentionId: "m2" }]);
  session.perform([{ action: "relabel", mentionId: "m3", label: "PROBLEM" }]);
  await idle(session);
  expect(fake.requests.map((request) => request.revision)).toEqual([1, 2, 3]);
  expect(fake.document.mentions.map((mention) => [mention.label, mention.state])).toEqual([
    ["MEDICATION", "accepted"],
    ["PROBLEM", "accepted"],
  ]);
});

test("the span's own words travel with it and match what the service has", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "add", mentionId: session.newMentionId(), ...at("chest pain"), label: "PROBLEM" }]);
  await idle(session);
  expect(fake.requests[0]?.changes[0]?.text).toBe("chest pain");
});

test("the journal holds no clinical text", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.lost.push("request");
  session.perform([{ action: "add", mentionId: "x", ...at("chest pain"), label: "PROBLEM" }]);
  await vi.waitFor(() => expect(session.view().saving).toBe("offline"));
  expect(stored()).toBe(1);
  expect(JSON.stringify({ ...localStorage })).not.toContain("chest");
  session.close();
});

test("a lost request is sent again", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.lost.push("request", "request");
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await vi.waitFor(() => expect(session.view().saving).toBe("offline"));
  await vi.advanceTimersByTimeAsync(10_000);
  await idle(session);
  expect(fake.log).toHaveLength(1);
});

test("a lost answer: the change is taken once, though it is sent twice", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.lost.push("answer");
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await vi.waitFor(() => expect(session.view().saving).toBe("offline"));
  session.wake();
  await idle(session);
  expect(fake.requests).toHaveLength(2);
  expect(fake.log).toHaveLength(1);
});

test("after a reload the unsent changes are still there, shown and sent", async () => {
  const fake = service();
  const first = await ready(fake);
  fake.lost.push("request");
  const id = first.newMentionId();
  first.perform([{ action: "add", mentionId: id, ...at("chest pain"), label: "PROBLEM" }]);
  first.perform([{ action: "resize", mentionId: id, ...at("pain") }]);
  await vi.waitFor(() => expect(first.view().saving).toBe("offline"));
  first.close();

  const second = await ready(fake);
  expect(second.view().document?.mentions.map((m) => text.slice(m.start, m.end))).toContain("pain");
  await idle(second);
  expect(fake.document.mentions.map((m) => text.slice(m.start, m.end))).toContain("pain");
  expect(stored()).toBe(0);
});

test("after a reload a change whose answer was lost is not made twice, and what builds on it still finds it", async () => {
  const fake = service();
  fake.renames = true;
  const first = await ready(fake);
  fake.lost.push("answer");
  const id = first.newMentionId();
  first.perform([{ action: "add", mentionId: id, ...at("chest pain"), label: "PROBLEM" }]);
  first.perform([{ action: "resize", mentionId: id, ...at("pain") }]);
  await vi.waitFor(() => expect(first.view().saving).toBe("offline"));
  first.close();

  const second = await ready(fake);
  await idle(second);
  const added = fake.document.mentions.filter((mention) => mention.state === "added");
  expect(added.map((mention) => text.slice(mention.start, mention.end))).toEqual(["pain"]);
});

test("undo and redo are changes of their own and reach the service", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "reject", mentionId: "m2" }]);
  session.perform([{ action: "relabel", mentionId: "m3", label: "PROBLEM" }]);
  session.undo();
  expect(session.view().document?.mentions.find((m) => m.id === "m3")).toMatchObject({ label: "MEDICATION", state: "suggested" });
  session.undo();
  await idle(session);
  expect(fake.document.mentions.map((m) => [m.id, m.label, m.state])).toEqual([
    ["m1", "MEDICATION", "suggested"],
    ["m2", "DOSAGE", "suggested"],
    ["m3", "MEDICATION", "suggested"],
  ]);
  session.redo();
  session.redo();
  await idle(session);
  expect(fake.mention("m2")).toBeUndefined();
  expect(fake.mention("m3")).toMatchObject({ label: "PROBLEM", state: "accepted" });
  expect(session.view().canRedo).toBe(false);
});

test("an added mention that the service names itself can be undone and redone", async () => {
  const fake = service();
  fake.renames = true;
  const session = await ready(fake);
  session.perform([{ action: "add", mentionId: session.newMentionId(), ...at("chest pain"), label: "PROBLEM" }]);
  await idle(session);
  session.undo();
  await idle(session);
  expect(fake.document.mentions).toHaveLength(3);
  session.redo();
  await idle(session);
  expect(fake.document.mentions.map((m) => text.slice(m.start, m.end))).toContain("chest pain");
});

test("somebody else changed something else: the own changes are made again upon theirs", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.byOther({ action: "reject", mentionId: "m2" });
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await idle(session);
  expect(fake.mention("m1")?.state).toBe("accepted");
  expect(fake.mention("m2")).toBeUndefined();
  const notice = session.view().notice;
  expect(notice).toMatchObject({ kind: "merged", reapplied: 1, setAside: [] });
  expect(notice?.others[0]?.by).toBe("Ana");
});

test("somebody else changed the same mention: theirs stays, the own change is listed", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.byOther({ action: "relabel", mentionId: "m3", label: "PROBLEM" });
  session.perform([{ action: "reject", mentionId: "m3" }]);
  await idle(session);
  expect(fake.mention("m3")?.label).toBe("PROBLEM");
  expect(session.view().notice?.setAside[0]?.reason).toContain("PROBLEM");
  expect(session.view().canUndo).toBe(false);
});

test("a label that was renamed meanwhile stands in the way of no decision", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "accept", mentionId: "m3" }]);
  await idle(session);
  fake.renameLabel("MEDICATION", "DRUG");
  session.perform([{ action: "accept", mentionId: "m1" }]);
  session.perform([{ action: "remove", mentionId: "m3" }]);
  await idle(session);
  expect(session.view().notice?.setAside).toEqual([]);
  expect(fake.mention("m1")).toMatchObject({ state: "accepted", label: "DRUG" });
  expect(fake.mention("m3")).toBeUndefined();
  expect(stored()).toBe(0);
});

test("both did the same: nothing is listed and nothing is sent twice", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.byOther({ action: "accept", mentionId: "m1" });
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await idle(session);
  expect(fake.log).toHaveLength(1);
  expect(session.view().notice?.setAside).toEqual([]);
});

test("what the service refuses leaves the queue in sight and does not hold up the rest", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "relabel", mentionId: "m1", label: "NO_SUCH" }]);
  session.perform([{ action: "accept", mentionId: "m2" }]);
  await idle(session);
  expect(session.view().notice?.problem?.code).toBe("label_not_in_schema");
  expect(fake.mention("m2")?.state).toBe("accepted");
  expect(session.view().document?.mentions[0]?.label).toBe("MEDICATION");
});

test("signed out: changes wait, and go when somebody signs in", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.signedIn = false;
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await vi.waitFor(() => expect(session.view().saving).toBe("signedOut"));
  await expect(session.flushed()).rejects.toThrow("Sign in");
  fake.signedIn = true;
  session.wake();
  await idle(session);
  expect(fake.mention("m1")?.state).toBe("accepted");
});

test("flushed resolves with the revision to complete the document with", async () => {
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "accept", mentionId: "m1" }]);
  expect(await session.flushed()).toBe(2);
});

test("a full browser storage does not stop the sending", async () => {
  storage = { ...localStorage, length: 0, key: () => null, getItem: () => null, removeItem: () => {}, clear: () => {},
    setItem: () => { throw new Error("full"); } } as unknown as Storage;
  const fake = service();
  const session = await ready(fake);
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await idle(session);
  expect(fake.mention("m1")?.state).toBe("accepted");
});

test("what can never be sent is forgotten only when a person says so", async () => {
  const fake = service();
  const session = await ready(fake);
  fake.signedIn = false;
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await vi.waitFor(() => expect(session.view().saving).toBe("signedOut"));
  session.discard();
  expect(stored()).toBe(0);
  expect(session.isIdle).toBe(true);
  expect(session.view().document?.mentions[0]?.state).toBe("suggested");
});

test("mentions that a save did not change stay the same objects", async () => {
  const session = await ready(service());
  const before = session.view().document!.mentions;
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await idle(session);
  const after = session.view().document!.mentions;
  expect(after[0]).not.toBe(before[0]);
  expect(after.slice(1).every((mention, index) => mention === before[index + 1])).toBe(true);
});

test("a relation that was just made is gone from the page when it is taken away again", async () => {
  const session = await ready(service());
  session.perform([{ action: "accept", mentionId: "m1" }, { action: "accept", mentionId: "m2" }]);
  session.perform([{ action: "relate", from: "m1", to: "m2", type: "HAS_DOSAGE" }]);
  await idle(session);
  session.perform([{ action: "unrelate", from: "m1", to: "m2", type: "HAS_DOSAGE" }]);
  await idle(session);
  expect(session.view().document?.relations).toEqual([]);
  session.undo();
  await idle(session);
  expect(session.view().document?.relations).toMatchObject([{ from: "m1", to: "m2" }]);
});
