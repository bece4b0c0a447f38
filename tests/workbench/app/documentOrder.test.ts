import { afterEach, expect, test, vi } from "vitest";
import { api } from "@/api/client.ts";
import { neighbour, orderAround } from "@/app/documentOrder.ts";

afterEach(() => vi.restoreAllMocks());

const listed = (...ids: string[]) => ({ items: ids.map((id) => ({ id })), next: null }) as unknown as Awaited<ReturnType<typeof api.documents>>;

test("the list that a document was opened from is gone through without asking, and goes on by its filter", async () => {
  const asked = vi.spyOn(api, "documents").mockResolvedValue(listed("d", "e"));
  const order = { projectId: "p", query: { status: "new" as const }, ids: ["a", "b", "c"] };
  expect(orderAround(order, "p", "b")).toBe(order);
  expect((await neighbour(order, "b", 1)).id).toBe("c");
  expect((await neighbour(order, "b", -1)).id).toBe("a");
  expect(asked).not.toHaveBeenCalled();

  const next = await neighbour(order, "c", 1);
  expect(asked).toHaveBeenCalledWith("p", { status: "new" }, expect.objectContaining({ after: "c", descending: false }));
  expect([next.id, next.order.ids]).toEqual(["d", ["a", "b", "c", "d", "e"]]);
});

test("a document opened by its address has the project's own order around it, both ways", async () => {
  vi.spyOn(api, "documents").mockResolvedValueOnce(listed("m", "l")).mockResolvedValueOnce(listed());
  const order = orderAround({ projectId: "p", query: {}, ids: ["a"] }, "q", "n");
  expect(order).toEqual({ projectId: "q", query: {}, ids: ["n"] });
  const before = await neighbour(order, "n", -1);
  expect([before.id, before.order.ids]).toEqual(["m", ["l", "m", "n"]]);
  expect((await neighbour(before.order, "n", 1)).id).toBeUndefined();
});
