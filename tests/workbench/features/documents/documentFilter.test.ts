import { expect, test } from "vitest";
import { noFilter, passing, queryOf } from "@/features/documents/documentFilter.ts";
import { tokenFrom } from "@/features/sign-in/SignInPage.tsx";
import { hrefOf, parseRoute } from "@/app/route.ts";

const counts = [
  { kind: "letter", status: "new" as const, documents: 3 },
  { kind: "note", status: "done" as const, documents: 4 },
  { kind: "note", status: "new" as const, documents: 5 },
];

test("a filter asks for nothing that is open, and counts by status and kind together", () => {
  expect(queryOf(noFilter)).toEqual({});
  expect(queryOf({ status: "new", kind: "note", text: " pt-4 " })).toEqual({ status: "new", kind: "note", text: "pt-4" });
  expect(passing(counts, noFilter)).toBe(12);
  expect(passing(counts, { ...noFilter, status: "new" })).toBe(8);
  expect(passing(counts, { ...noFilter, status: "new", kind: "note" })).toBe(5);
  expect(passing(counts, { ...noFilter, kind: "dialogue" })).toBe(0);
});

test("a sign-in token is found in what was pasted", () => {
  expect(tokenFrom(" abc_-1 ")).toBe("abc_-1");
  expect(tokenFrom("http://127.0.0.1:5080/sign-in?token=abc_-1\n")).toBe("abc_-1");
  expect(tokenFrom("http://h/sign-in?x=1&token=a%2Fb#z")).toBe("a/b");
});

test("addresses go both ways", () => {
  for (const route of [{ page: "home" }, { page: "models" }, { page: "documents", projectId: "a/b" }, { page: "document", id: "x y" }] as const) {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  }
  expect(parseRoute("#/nowhere")).toEqual({ page: "home" });
});
