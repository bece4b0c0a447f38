import { expect, test } from "vitest";
import type { Project, StartingSchema } from "@/api/types.ts";
import { newProject, startFromValue, startToValue, type Start } from "@/features/projects/starting.ts";

const schema: StartingSchema = { labels: [{ name: "PROBLEM" }], intents: [{ name: "refill" }] };
const letters: Project = {
  id: "p1",
  name: "Letters",
  schemaVersion: 3,
  labels: [{ name: "DRUG", colour: "#123456" }],
  intents: [{ name: "complaint" }],
  relations: [{ name: "TREATS", from: [], to: [] }],
  attributes: [{ name: "negated", values: [], labels: [] }],
};

test.each<[Start, string[], string[]]>([
  ["notes", ["PROBLEM"], []],
  ["messages", [], ["refill"]],
  ["both", ["PROBLEM"], ["refill"]],
  ["nothing", [], []],
  [{ like: "p1" }, ["DRUG"], ["complaint"]],
])("%j begins with its labels and intents", (start, labels, intents) => {
  const made = newProject("New", startFromValue(startToValue(start)), schema, [letters]);
  expect(made.labels?.map((label) => label.name)).toEqual(labels);
  expect(made.intents?.map((intent) => intent.name)).toEqual(intents);
});

test("what another project says beside labels comes along; elsewhere the service chooses", () => {
  expect(newProject("New", { like: "p1" }, schema, [letters])).toMatchObject({ relations: letters.relations, attributes: letters.attributes });
  expect(newProject("New", "both", schema, [letters]).relations).toBeUndefined();
});
