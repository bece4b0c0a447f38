import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Change } from "@/api/types.ts";
import { StorageJournal } from "@/corrections/journal.ts";
import { DocumentSession } from "@/corrections/session.ts";
import { FakeService } from "../support/fakeService.ts";
import { MemoryHistory } from "../support/memoryHistory.ts";

const text = "Takes metformin 500 mg for diabetes 😀.\r\nNo chest pain.";
const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
const service = () =>
  new FakeService(text, [
    { ...at("metformin"), label: "MEDICATION", confidence: 0.9 },
    { ...at("500 mg"), label: "DOSAGE", confidence: 0.8 },
    { ...at("diabetes"), label: "MEDICATION", confidence: 0.4 },
  ]);

let ids = 0;
let clock = 0;

async function open(fake: FakeService, history: MemoryHistory) {
  const session = new DocumentSession("d1", {
    api: fake.api,
    journal: new StorageJournal(localStorage),
    history,
    newId: () => `local${++ids}`,
    now: () => new Date(++clock),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  await session.open();
  return session;
}

const saved = (session: DocumentSession) => vi.waitFor(() => expect(session.view().saving).toBe("saved"), { interval: 1 });
const marked = (fake: FakeService) => fake.document.mentions.map((m) => `${text.slice(m.start, m.end)} ${m.label} ${m.state}`);
const everyKind = (): Change[][] => [
  [{ action: "accept", mentionId: "m1" }],
  [{ action: "reject", mentionId: "m2" }],
  [{ action: "relabel", mentionId: "m3", label: "PROBLEM" }],
  [{ action: "add", mentionId: "drawn", ...at("chest pain"), label: "PROBLEM" }],
  [{ action: "resize", mentionId: "drawn", ...at("pain") }],
];

beforeEach(() => {
  localStorage.clear();
});
afterEach(() => vi.restoreAllMocks());

test.each([false, true])("every step is undone and made again after a reload; the service names mentions: %s", async (renames) => {
  const fake = service();
  fake.renames = renames;
  const kept = new MemoryHistory();
  const before = marked(fake);
  const first = await open(fake, kept);
  for (const changes of everyKind()) first.perform(changes);
  await saved(first);
  const after = marked(fake);
  first.close();

  const second = await open(fake, kept);
  for (let step = 0; step < 5; step++) expect(second.undo().changes).toHaveLength(1);
  expect(second.undo().changes).toEqual([]);
  await saved(second);
  expect(marked(fake)).toEqual(before);
  second.close();

  const third = await open(fake, kept);
  for (let step = 0; step < 5; step++) expect(third.redo().changes).toHaveLength(1);
  await saved(third);
  expect(marked(fake)).toEqual(after);
});

test("any walk of undo, redo, reload and new steps ends where the steps that count lead", async () => {
  // A fixed sequence of a generator, so that a failure comes back.
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const fake = service();
  const kept = new MemoryHistory();
  let session = await open(fake, kept);
  const states = [JSON.stringify(marked(fake))];
  let place = 0;
  for (let turn = 0; turn < 120; turn++) {
    const what = random(5);
    const mentions = session.view().document!.mentions;
    if (what === 0 && place > 0) {
      expect(session.undo().changes.length).toBeGreaterThan(0);
      place--;
    } else if (what === 1 && place < states.length - 1) {
      expect(session.redo().changes.length).toBeGreaterThan(0);
      place++;
    } else if (what === 2) {
      await saved(session);
      session.close();
      session = await open(fake, kept);
    } else if (mentions.length > 0) {
      const mention = mentions[random(mentions.length)]!;
      const label = ["PROBLEM", "MEDICATION", "DOSAGE"].find((name) => name !== mention.label)!;
      session.perform([mention.state === "suggested" ? { action: "accept", mentionId: mention.id } : { action: "relabel", mentionId: mention.id, label }]);
      states.length = ++place;
      states.push("");
    }
    await saved(session);
    if (states[place] === "") states[place] = JSON.stringify(marked(fake));
    expect(JSON.stringify(marked(fake))).toBe(states[place]);
  }
});

test("what somebody else changed since is left alone, the rest of the step is undone", async () => {
  const fake = service();
  const session = await open(fake, new MemoryHistory());
  session.perform([
    { action: "accept", mentionId: "m1" },
    { action: "accept", mentionId: "m2" },
  ]);
  await saved(session);
  fake.byOther({ action: "relabel", mentionId: "m2", label: "PROBLEM" });
  await session.reload();
  const { changes, leftAlone } = session.undo();
  expect([changes.length, leftAlone]).toEqual([1, 1]);
  await saved(session);
  expect(fake.mention("m1")?.state).toBe("suggested");
  expect(fake.mention("m2")?.label).toBe("PROBLEM");
});

test("a step that others have overtaken is passed over", async () => {
  const fake = service();
  const session = await open(fake, new MemoryHistory());
  session.perform([{ action: "accept", mentionId: "m1" }]);
  session.perform([{ action: "accept", mentionId: "m3" }]);
  await saved(session);
  fake.byOther({ action: "remove", mentionId: "m3" });
  await session.reload();
  expect(session.undo().changes[0]?.mentionId).toBe("m1");
  expect(session.view().canUndo).toBe(false);
});

test("after a merge the steps that were kept can be undone and the others cannot", async () => {
  const fake = service();
  const kept = new MemoryHistory();
  const session = await open(fake, kept);
  fake.byOther({ action: "relabel", mentionId: "m3", label: "PROBLEM" });
  session.perform([{ action: "accept", mentionId: "m1" }]);
  session.perform([{ action: "reject", mentionId: "m3" }]);
  await saved(session);
  expect(kept.kept.size).toBe(1);
  expect(session.undo().changes).toHaveLength(1);
  await saved(session);
  expect(marked(fake)).toEqual(["metformin MEDICATION suggested", "500 mg DOSAGE suggested", "diabetes PROBLEM accepted"]);
});

test("two windows: each undoes its own steps, and after a reload both are there in order of time", async () => {
  const fake = service();
  const kept = new MemoryHistory();
  const left = await open(fake, kept);
  const right = await open(fake, kept);
  left.perform([{ action: "accept", mentionId: "m1" }]);
  await saved(left);
  right.perform([{ action: "accept", mentionId: "m2" }]);
  await saved(right);
  left.perform([{ action: "accept", mentionId: "m3" }]);
  await saved(left);
  left.close();
  right.close();

  const again = await open(fake, kept);
  const undone = [again.undo(), again.undo(), again.undo()].map((travelled) => travelled.changes[0]?.mentionId);
  expect(undone).toEqual(["m3", "m2", "m1"]);
  await saved(again);
  expect(marked(fake).every((words) => words.endsWith("suggested"))).toBe(true);
});

test("two windows: what one has undone the other does not undo a second time", async () => {
  const fake = service();
  const kept = new MemoryHistory();
  const left = await open(fake, kept);
  left.perform([{ action: "accept", mentionId: "m1" }]);
  await saved(left);
  const right = await open(fake, kept);
  left.undo();
  await saved(left);
  await right.reload();
  expect(right.undo()).toEqual({ changes: [], leftAlone: 1 });
});

test("nothing is undone on a finished document; once it is open again the steps are still there", async () => {
  const fake = service();
  const session = await open(fake, new MemoryHistory());
  session.perform([{ action: "accept", mentionId: "m1" }]);
  await saved(session);
  fake.document = { ...fake.document, status: "done", revision: 3 };
  await session.reload();
  expect(session.undo().changes).toEqual([]);
  fake.document = { ...fake.document, status: "in_progress", revision: 4 };
  await session.reload();
  expect(session.undo().changes).toHaveLength(1);
  await saved(session);
  expect(fake.mention("m1")?.state).toBe("suggested");
});

test("a new step ends what could be made again, also what an earlier page left", async () => {
  const fake = service();
  const kept = new MemoryHistory();
  const first = await open(fake, kept);
  first.perform([{ action: "accept", mentionId: "m1" }]);
  first.undo();
  await saved(first);
  first.close();
  const second = await open(fake, kept);
  expect(second.view().canRedo).toBe(true);
  second.perform([{ action: "accept", mentionId: "m2" }]);
  expect(second.redo().changes).toEqual([]);
  expect([...kept.kept.values()].map((step) => step.forward[0]?.mentionId)).toEqual(["m2"]);
});

test("the history holds no clinical text", async () => {
  const kept = new MemoryHistory();
  const session = await open(service(), kept);
  for (const changes of everyKind()) session.perform(changes);
  await saved(session);
  expect(kept.kept.size).toBe(5);
  expect(JSON.stringify([...kept.kept.values()])).not.toMatch(/chest|metformin/);
});

test.each([
  ["mine", "MEDICATION"],
  ["theirs", "PROBLEM"],
] as const)("a conflict shows both sides; %s is chosen", async (side, label) => {
  const fake = service();
  const session = await open(fake, new MemoryHistory());
  fake.byOther({ action: "relabel", mentionId: "m2", label: "PROBLEM" });
  session.perform([{ action: "relabel", mentionId: "m2", label: "MEDICATION" }]);
  await saved(session);
  const [conflict] = session.view().notice!.setAside;
  expect(conflict?.mine.mention).toMatchObject({ label: "MEDICATION" });
  expect(conflict?.theirs.mention).toMatchObject({ label: "PROBLEM" });
  session.settle(conflict!, side);
  await saved(session);
  expect(fake.mention("m2")?.label).toBe(label);
  expect(session.view().notice).toBeUndefined();
});

test("mine is chosen where theirs is gone, and where mine was to take it away", async () => {
  const fake = service();
  const session = await open(fake, new MemoryHistory());
  fake.byOther({ action: "remove", mentionId: "m1" }, { action: "relabel", mentionId: "m3", label: "PROBLEM" });
  session.perform([{ action: "accept", mentionId: "m1" }]);
  session.perform([{ action: "reject", mentionId: "m3" }]);
  await saved(session);
  for (const conflict of [...session.view().notice!.setAside]) session.settle(conflict, "mine");
  await saved(session);
  expect(marked(fake)).toEqual(["metformin MEDICATION accepted", "500 mg DOSAGE suggested"]);
});

test("what another account left unsent waits for that account", () => {
  let account = "session Ana";
  const journal = new StorageJournal(localStorage, () => account);
  journal.save("d1", { key: "k", sequence: 1, seen: 1, changes: [{ action: "accept", mentionId: "m1" }], at: "" });
  account = "session Ben";
  expect(journal.load("d1")).toEqual([]);
  expect(journal.documentsWithSteps()).toEqual([]);
  account = "session Ana";
  expect(journal.load("d1")).toHaveLength(1);
});
