import { expect, test } from "vitest";
import { definitionFields, isReady, othersOf, requestOf, titleOf, type Changing } from "@/features/schema/changing.ts";
import { emptyLook } from "@/features/schema/look.ts";

const filled = (to = "", definition = definitionFields()) => ({ to, look: emptyLook, definition });

test("what is asked for is what the form holds, names cut at commas and lines", () => {
  const added: Changing = { kind: "add", part: "relation", name: "" };
  expect(requestOf(added, filled(" TREATS ", { ...definitionFields(), from: "DRUG, \n,TEST", to: "", description: " why " }))).toEqual({
    kind: "add",
    part: "relation",
    from: [],
    to: "TREATS",
    definition: { from: ["DRUG", "TEST"], to: [], description: "why" },
  });
  expect(requestOf({ kind: "merge", part: "value", name: "mild", attribute: "severity" }, filled("slight"))).toEqual({
    kind: "merge",
    part: "value",
    attribute: "severity",
    from: ["mild", "slight"],
    to: "slight",
  });
  expect(requestOf({ kind: "remove", part: "attribute", name: "severity" }, filled())).toEqual({ kind: "remove", part: "attribute", from: ["severity"] });
  expect(requestOf({ kind: "edit", part: "label", name: "A" }, { ...filled(), look: { ...emptyLook, key: "p" } })).toEqual({
    kind: "edit",
    part: "label",
    from: ["A"],
    look: { key: "p" },
  });
});

test("a definition goes into the form and out of it as it was", () => {
  const definition = { labels: ["A", "B"], values: ["x"], description: "d" };
  expect(requestOf({ kind: "edit", part: "attribute", name: "n", definition }, filled("", definitionFields(definition))).definition).toEqual(definition);
});

test("a new name is needed where one is asked for, and no fault in the look", () => {
  const renamed: Changing = { kind: "rename", part: "label", name: "A" };
  expect([isReady(renamed, filled("A")), isReady(renamed, filled(" ")), isReady(renamed, filled("B"))]).toEqual([false, false, true]);
  expect(isReady({ kind: "remove", part: "label", name: "A" }, filled())).toBe(true);
  expect(isReady({ kind: "edit", part: "label", name: "A" }, { ...filled(), look: { ...emptyLook, colour: "red" } })).toBe(false);
  expect([titleOf({ kind: "add", part: "attribute", name: "" }), titleOf(renamed)]).toEqual(["Add an attribute", "Rename A"]);
});

test("assertions merge with assertions only, values with those of their attribute", () => {
  const schema = {
    labels: [{ label: { name: "A" } }, { label: { name: "B" } }],
    relations: [],
    attributes: [
      { attribute: { name: "negated" }, isAssertion: true },
      { attribute: { name: "family" }, isAssertion: true },
      { attribute: { name: "severity", values: ["mild", "severe"] }, isAssertion: false },
    ],
  } as never;
  expect(othersOf(schema, { kind: "merge", part: "attribute", name: "negated" })).toEqual(["family"]);
  expect(othersOf(schema, { kind: "merge", part: "attribute", name: "severity" })).toEqual([]);
  expect(othersOf(schema, { kind: "merge", part: "value", name: "mild", attribute: "severity" })).toEqual(["severe"]);
  expect(othersOf(schema, { kind: "merge", part: "label", name: "A" })).toEqual(["B"]);
});
