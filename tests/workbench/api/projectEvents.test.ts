import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followProject, type ProjectEvent } from "@/api/projectEvents.ts";

/** The browser's end of a stream, as far as it is used. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 1;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  onerror: (() => void) | null = null;

  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }

  say(name: string, id: number, data: object) {
    const event = new MessageEvent(name, { data: JSON.stringify(data), lastEventId: String(id) });
    if (name === "message") this.onmessage?.(event);
    else this.dispatchEvent(event);
  }
}

const stops: (() => void)[] = [];
let visibility: DocumentVisibilityState = "visible";

function turn(to: DocumentVisibilityState) {
  visibility = to;
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  FakeSource.opened = [];
  visibility = "visible";
  vi.stubGlobal("EventSource", FakeSource);
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  vi.useFakeTimers();
});

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function follow() {
  const events: (ProjectEvent | "reset")[] = [];
  const stop = followProject("p 1", { event: (event) => events.push(event), reset: () => events.push("reset") });
  stops.push(stop);
  return { events, stop };
}

test("events are told as they come, and a reset is", () => {
  const { events } = follow();
  const [source] = FakeSource.opened;
  expect(source!.url).toBe("/v1/projects/p%201/events");
  source!.say("ready", 4, { id: 4 });
  source!.say("message", 5, { id: 5, type: "document.saved", data: { document: "d" }, own: false });
  source!.say("reset", 9, { id: 9 });
  expect(events).toEqual([{ id: 5, type: "document.saved", data: { document: "d" }, own: false }, "reset"]);
});

test("a hidden page holds no connection and goes on where it was", () => {
  follow();
  FakeSource.opened[0]!.say("ready", 4, { id: 4 });
  turn("hidden");
  expect(FakeSource.opened[0]!.readyState).toBe(FakeSource.CLOSED);
  expect(FakeSource.opened).toHaveLength(1);
  turn("visible");
  expect(FakeSource.opened[1]!.url).toBe("/v1/projects/p%201/events?after=4");
});

test("a refusal is asked about again later, a broken line is the browser's matter", () => {
  follow();
  const source = FakeSource.opened[0]!;
  source.readyState = 0;
  source.onerror?.();
  vi.advanceTimersByTime(60_000);
  expect(FakeSource.opened).toHaveLength(1);
  source.readyState = FakeSource.CLOSED;
  source.onerror?.();
  vi.advanceTimersByTime(30_000);
  expect(FakeSource.opened).toHaveLength(2);
});

test("who stops hears nothing any more", () => {
  const { stop } = follow();
  stop();
  expect(FakeSource.opened[0]!.readyState).toBe(FakeSource.CLOSED);
  turn("hidden");
  turn("visible");
  expect(FakeSource.opened).toHaveLength(1);
});
