// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formats, guessFormat, nameWithoutEnding, sizeInWords } from "../../../../src/Workbench/src/features/exchange/formats.ts";
import { whyLost } from "../../../../src/Workbench/src/features/exchange/losses.ts";
import { checkTold, exportTold, titleShort } from "../../../../src/Workbench/src/features/exchange/words.ts";

test("the page has the formats that the service has", () => {
  const document = JSON.parse(readFileSync(`${process.cwd()}/../../tests/specs/openapi.json`, "utf8")) as {
    paths: Record<string, { post?: { operationId: string; description: string } }>;
  };
  const described = document.paths["/v1/projects/{projectId}/import"]!.post!.description;
  const named = /`format` is one of ([^.]+)\./.exec(described)![1]!.match(/[a-z0-9-]+/g)!;
  expect(named.length).toBeGreaterThan(12);
  expect(formats.map(({ name }) => name).sort()).toEqual([...named].sort());
});

test.each([
  ["nlu.yml", "", "rasa"],
  ["data", 'version: "3.1"\nnlu:\n- intent: greet', "rasa"],
  ["a.jsonl", '{"id":"n1","text":"No fever.","spans":[{"start":0,"end":2,"label":"X"}]}', "jsonl"],
  ["a.jsonl", '{"id":1,"text":"No fever.","label":[[3,8,"X"]]}', "doccano"],
  ["a.jsonl", '{"text":"No fever.","spans":[{"start":3,"end":8,"token_start":1,"label":"X"}]}', "spacy"],
  ["a.json", '[{"id":1,"data":{"text":"No fever."},"annotations":[]}]', "labelstudio"],
  ["a.json", '{"source":"","infons":{},"documents":[]}', "bioc-json"],
  ["a.json", '{"%TYPES":{},"%FEATURE_STRUCTURES":[]}', "cas-json"],
  ["a.xml", '<?xml version="1.0"?><collection><source/>', "bioc-xml"],
  ["a.xml", '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">', "cas-xmi"],
  ["a.tsv", "#FORMAT=WebAnno TSV 3.3\n", "webanno-tsv"],
  ["a.txt", "6794356|t|Valve regurgitation\n", "pubtator"],
  ["a.conll", "-DOCSTART- _ _ O\n\nNo _ _ O\n", "conll2003"],
  ["a.conll", "-DOCSTART- (n1)\tO\n\nfever\tB-X\n", "conll"],
  ["notes.ZIP", "PK", "brat"],
  ["unknown.bin", "\u0000", "jsonl"],
])("%s that begins with %j is %s", (name, beginning, format) => {
  expect(guessFormat(name, beginning)).toBe(format);
});

test("each format has a title that stands in a sentence, and each loss a reason", () => {
  for (const { name } of formats) expect(titleShort(name)).toMatch(/^[A-Za-z].*[A-Za-z0-9]$/);
  expect(whyLost("relation that the project does not have dropped", "brat")).toMatch(/add it under Labels/);
  expect(whyLost("assertion 'negated' that the project does not have dropped", "JSONL")).toMatch(/add it under Labels/);
  expect(whyLost("overlapping span dropped", "CoNLL")).toMatch(/^CoNLL has one label at a word/);
  expect(whyLost("synonym dropped", "Rasa NLU")).toMatch(/Rasa project/);
  expect(whyLost("something nobody has thought of", "CSV")).toMatch(/^CSV and the project/);
});

test("what was read and what would go out is told by count", () => {
  const check = { documents: 1, spans: 0, relations: 0, intents: 2, finished: true, missingLabels: [], missingIntents: [], losses: [] };
  expect(checkTold(check)).toBe("Read: 1 document with 2 intents. What is annotated comes in as done: the next model learns from it. Nothing is stored yet.");
  expect(checkTold({ ...check, documents: 1200, intents: 0, finished: false })).toMatch(/^Read: 1,200 documents\. Nothing is annotated/);
  const report = { format: "rasa", fileName: "project.yml", documents: 3, spans: 1, losses: [] };
  expect(exportTold(report)).toBe("project.yml would hold 3 documents with 1 mention.");
  expect(exportTold({ ...report, documents: 0 })).toMatch(/empty/);
});

test("names and sizes", () => {
  expect(nameWithoutEnding("a.b.conll")).toBe("a.b");
  expect(nameWithoutEnding(".conll")).toBe("document");
  expect([sizeInWords(12), sizeInWords(1500), sizeInWords(2_500_000)]).toEqual(["12 bytes", "1.5 kB", "2.5 MB"]);
});
