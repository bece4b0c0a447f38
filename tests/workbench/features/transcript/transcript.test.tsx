import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { AnnotatedDocument, Turn } from "@/api/types.ts";
import { StorageJournal } from "@/corrections/journal.ts";
import { DocumentSession } from "@/corrections/session.ts";
import { choices, search } from "@/ui/intentSearch.ts";
import { alternativesOf } from "@/features/transcript/TurnBubble.tsx";
import { flagsOf, nextUrgentTurn } from "@/ui/redFlags.ts";
import { nextUndecidedTurn, TranscriptPage } from "@/features/transcript/TranscriptPage.tsx";
import { useSyncExternalStore } from "react";
import { FakeService } from "../../support/fakeService.ts";

const intents = ["book_appointment", "cancel_appointment", "refill_prescription"].map((name) => ({ name }));
const suggestion = (intent: string) => ({
  intent,
  confidence: 0.7,
  model: { name: "care-intents", version: "1" },
  alternatives: [
    { intent, confidence: 0.7 },
    { intent: "cancel_appointment", confidence: 0.2 },
  ],
});
const turns: Turn[] = [
  {
    index: 0,
    speaker: "patient",
    text: "can i come monday, had a stroke in 2015",
    suggestion: suggestion("book_appointment"),
    redFlags: [{ flag: "stroke_signs", level: "mentioned", reason: "past", spans: [] }],
  },
  { index: 1, speaker: "bot", text: "Yes.", redFlags: [] },
  {
    index: 2,
    speaker: "patient",
    text: "and my pills 💊, my chest hurts",
    suggestion: suggestion("refill_prescription"),
    redFlags: [
      { flag: "bleeding", level: "mentioned", reason: "negated", spans: [] },
      { flag: "chest_pain", level: "urgent", spans: [] },
    ],
  },
];

test("urgent flags come first and are found from anywhere", () => {
  expect(flagsOf(turns[2]!).map((flag) => flag.name)).toEqual(["chest pain", "bleeding"]);
  expect(nextUrgentTurn(turns, -1)).toBe(2);
  expect(nextUrgentTurn(turns, 2)).toBe(2);
  expect(nextUrgentTurn([turns[0]!, turns[1]!], 0)).toBeUndefined();
});

describe("the list of intents", () => {
  const all = choices(intents);

  test("always offers out of scope, once", () => {
    expect(all.at(-1)?.name).toBe("oos");
    expect(choices(all).filter((intent) => intent.name === "oos")).toHaveLength(1);
  });

  test("best match first", () => {
    expect(search(all, "refill")[0]?.name).toBe("refill_prescription");
    expect(search(all, "app").map((i) => i.name)).toEqual(["book_appointment", "cancel_appointment"]);
    expect(search(all, "cpt")[0]?.name).toBe("cancel_appointment");
    expect(search(all, "out of")[0]?.name).toBe("oos");
    expect(search(all, "oos")[0]?.name).toBe("oos");
    expect(search(all, "zzz")).toEqual([]);
    expect(search(all, " ")).toHaveLength(4);
  });
});

test("digits offer the suggestion once, then the others", () => {
  expect(alternativesOf(turns[0]!).map((a) => a.intent)).toEqual(["book_appointment", "cancel_appointment"]);
  expect(alternativesOf(turns[1]!)).toEqual([]);
});

test("the next undecided turn is a patient's, and wraps", () => {
  expect(nextUndecidedTurn(turns, -1)).toBe(0);
  expect(nextUndecidedTurn(turns, 0)).toBe(2);
  expect(nextUndecidedTurn(turns, 2)).toBe(0);
  expect(nextUndecidedTurn([turns[1]!], -1)).toBeUndefined();
});

describe("by keys", () => {
  let service: FakeService;
  let session: DocumentSession;

  beforeEach(async () => {
    localStorage.clear();
    HTMLElement.prototype.scrollIntoView = () => {};
    HTMLDialogElement.prototype.showModal = function () {
      this.setAttribute("open", "");
    };
    HTMLDialogElement.prototype.close = function () {
      this.removeAttribute("open");
    };
    service = new FakeService(turns.map((turn) => turn.text).join("\n"));
    service.document = { ...service.document, turns };
    let ids = 0;
    session = new DocumentSession("d1", {
      api: service.api,
      journal: new StorageJournal(localStorage),
      newId: () => `k${++ids}`,
      now: () => new Date(),
      later: () => () => {},
    });
    await session.open();
    render(<Page />);
  });

  function Page() {
    const view = useSyncExternalStore(session.subscribe, session.view);
    const nothing = () => {};
    return (
      <TranscriptPage
        project={{ id: "p1", name: "Demo", labels: [], intents, relations: [], attributes: [] }}
        document={view.document as AnnotatedDocument}
        session={session}
        onComplete={nothing}
        onReopen={nothing}
        onSuggest={nothing}
        onNext={nothing}
        onPrevious={nothing}
        onBack={() => undefined}
      />
    );
  }

  const press = (key: string, extra: object = {}) => act(() => void fireEvent.keyDown(document.body, { key, ...extra }));
  const settled = () => vi.waitFor(() => expect(session.view().saving).toBe("saved"));
  const current = () => document.querySelector('[aria-current="true"]')?.getAttribute("data-turn");

  test("accept, then a digit: each decision goes on to the next turn", async () => {
    expect(current()).toBe("0");
    press("a");
    expect(current()).toBe("2");
    press("2");
    await settled();
    expect(service.document.turns.map((turn) => turn.intent ?? null)).toEqual(["book_appointment", null, "cancel_appointment"]);
  });

  test("any intent through the list, by typing", async () => {
    press("/");
    const dialog = screen.getByRole("dialog");
    const field = within(dialog).getByRole("combobox");
    fireEvent.change(field, { target: { value: "refill" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await settled();
    expect(service.document.turns[0]?.intent).toBe("refill_prescription");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("undo takes a decision back and returns to the turn", async () => {
    press("a");
    press("z", { ctrlKey: true });
    await settled();
    expect(service.document.turns[0]?.intent ?? null).toBeNull();
    expect(current()).toBe("0");
  });

  test("red flags are said in words, and a key goes to the urgent one", () => {
    const flags = screen.getAllByRole("list", { name: "Red flags" }).map((list) => list.textContent);
    expect(flags).toEqual([expect.stringContaining("mentioned: stroke signs (of the past)"), expect.stringContaining("urgent: chest pain")]);
    expect(screen.getByRole("button", { name: "1 urgent turn" })).toBeTruthy();
    expect(current()).toBe("0");
    press("u");
    expect(current()).toBe("2");
  });

  test("keys typed into the list are not commands", () => {
    press("i");
    const field = screen.getByRole("combobox");
    fireEvent.keyDown(field, { key: "a" });
    expect(session.view().waiting).toBe(0);
  });
});
