import { describe, expect, test } from "vitest";
import type { AttributeDefinition, Mention } from "@/api/types.ts";
import { saidOf } from "@/corrections/said.ts";
import { noteCommands } from "@/features/note/commands.ts";
import * as details from "@/features/note/details.ts";

const attributes: AttributeDefinition[] = [
  { name: "negated" },
  { name: "family", labels: ["PROBLEM"] },
  { name: "severity", values: ["mild", "severe"], labels: ["PROBLEM"] },
  { name: "onset" },
];
const problem: Mention = { id: "m", start: 0, end: 4, label: "PROBLEM", state: "added" };
const drug: Mention = { ...problem, label: "MEDICATION" };
const said = (mention: Mention) => ({ annotate: (part: object) => ({ changes: [{ action: "annotate", mentionId: mention.id, ...part }] }) });

describe("assertion", () => {
  test("a key claims it and the same key takes it away, with the others kept", () => {
    expect(details.toggleFlag(attributes, problem, "negated")).toEqual(said(problem).annotate({ assertion: { negated: true } }));
    const both = { ...problem, assertion: { negated: true, uncertain: false, historical: false, hypothetical: false, family: true } };
    expect(details.toggleFlag(attributes, both, "negated")).toEqual(said(problem).annotate({ assertion: { family: true } }));
    expect(details.toggleFlag(attributes, { ...both, assertion: { ...both.assertion, family: false } }, "negated")).toEqual(
      said(problem).annotate({ assertion: {} }),
    );
  });

  test("what the schema does not have for the label is refused, and left out where another label had it", () => {
    expect(details.toggleFlag(attributes, drug, "family")).toHaveProperty("refused");
    const formerProblem = { ...drug, assertion: { negated: false, uncertain: false, historical: false, hypothetical: false, family: true } };
    expect(details.toggleFlag(attributes, formerProblem, "negated")).toEqual(said(drug).annotate({ assertion: { negated: true } }));
  });
});

describe("attributes", () => {
  test("a value is set beside the others, and the same value again takes it away", () => {
    const onset = { ...problem, attributes: { onset: "May" } };
    expect(details.setAttribute(attributes, onset, "severity", "mild")).toEqual(
      said(problem).annotate({ attributes: { onset: "May", severity: "mild" } }),
    );
    expect(details.setAttribute(attributes, { ...problem, attributes: { severity: "mild" } }, "severity", "mild")).toEqual(
      said(problem).annotate({ attributes: {} }),
    );
    expect(details.setAttribute(attributes, onset, "onset", " ")).toEqual(said(problem).annotate({ attributes: {} }));
    expect(details.setAttribute(attributes, problem, "onset", "")).toHaveProperty("refused");
  });

  test("every value has a key that no command uses while details are shown", () => {
    const taken = noteCommands.filter(({ mode }) => !mode || mode === "details").flatMap(({ keys }) => keys);
    const choices = details.choicesFor(attributes, "PROBLEM", taken);
    expect(choices.map(({ name, value }) => [name, value])).toEqual([["severity", "mild"], ["severity", "severe"], ["onset", undefined]]);
    expect(choices.filter(({ key }) => key === undefined || taken.includes(key))).toEqual([]);
    expect(details.choicesFor(attributes, "MEDICATION", taken).map(({ name }) => name)).toEqual(["onset"]);
  });
});

test("what is said can be read: in words, and as short cues", () => {
  const mention: Mention = {
    ...problem,
    assertion: { negated: true, uncertain: false, historical: false, hypothetical: false, family: true },
    attributes: { severity: "mild", flag: "true" },
    concepts: ["DOID:1", "DOID:2"],
  };
  expect(saidOf(mention)).toEqual(["negated", "family", "severity: mild", "flag: true", "DOID:1", "DOID:2"]);
  expect(details.cuesOf(mention)).toEqual(["neg", "fam", "mild", "flag", "#2"]);
});
