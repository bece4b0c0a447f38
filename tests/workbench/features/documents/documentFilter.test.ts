import { expect, test } from "vitest";
import { matches, noFilter } from "@/features/documents/documentFilter.ts";
import { tokenFrom } from "@/features/sign-in/SignInPage.tsx";
import { hrefOf, parseRoute } from "@/app/route.ts";

const summary = {
  id: "0192", externalId: "Discharge-7", kind: "note", group: "patient-4", status: "new" as const, revision: 0, length: 10, openSuggestions: 1, unreadComments: 0,
};

test("documents are found by id, external id, group, kind and status together", () => {
  expect(matches(summary, noFilter)).toBe(true);
  expect(matches(summary, { ...noFilter, text: "discharge" })).toBe(true);
  expect(matches(summary, { ...noFilter, text: "PATIENT-4" })).toBe(true);
  expect(matches({ ...summary, externalId: null }, { ...noFilter, text: "0192" })).toBe(true);
  expect(matches(summary, { ...noFilter, status: "done" })).toBe(false);
  expect(matches(summary, { status: "new", kind: "dialogue", text: "" })).toBe(false);
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
