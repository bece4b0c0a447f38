import { describe, expect, test } from "vitest";
import { hrefOf, parseRoute } from "@/app/route.ts";
import { partsOf, subjectAt, subjectOf, type Subject } from "@/features/lineage/subject.ts";

const answer = "0".repeat(40) + "abcdefgv";
const document = "0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f";

describe("what was typed", () => {
  test.each<[string, Subject | undefined]>([
    [` ${answer}\n`, { kind: "answer", id: answer }],
    [document.toUpperCase(), { kind: "document", id: document }],
    ["clinical-entities 1.12", { kind: "version", name: "clinical-entities", version: "1.12" }],
    ["ana", { kind: "person", name: "ana" }],
    ["Ana Maria Lopez", { kind: "person", name: "Ana Maria Lopez" }],
    [answer.slice(1), { kind: "person", name: answer.slice(1) }],
    ["  ", undefined],
  ])("%s", (typed, subject) => expect(subjectOf(typed)).toEqual(subject));
});

test("an address says again what it was made of, whatever the name holds", () => {
  for (const subject of [
    { kind: "answer", id: answer },
    { kind: "document", id: document },
    { kind: "version", name: "clinical-entities", version: "1.1" },
    { kind: "person", name: "a/b é #?%" },
  ] satisfies Subject[]) {
    expect(subjectAt(partsOf(subject))).toEqual(subject);
    expect(parseRoute(hrefOf({ page: "lineage", subject }))).toEqual({ page: "lineage", subject });
  }
  expect(parseRoute("#/lineage")).toEqual({ page: "lineage", subject: undefined });
  expect(parseRoute("#/lineage/version/only")).toEqual({ page: "lineage", subject: undefined });
});
