// nlp.js with its defaults for English: node nlpjs.mjs TRAIN TEST PREDICTIONS
// TRAIN and TEST are utterances, one JSON object a line. PREDICTIONS gets one JSON string a line; its "None" is our out of scope.
// Standard output gets the seconds of training and of predicting TEST.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { dockStart } = createRequire(import.meta.url)("@nlpjs/basic");
const [, , train, test, predictions] = process.argv;
const read = (path) => readFileSync(path, "utf8").split("\n").filter((line) => line).map((line) => JSON.parse(line));
const seconds = (from) => (performance.now() - from) / 1000;

const dock = await dockStart({ settings: { nlp: { autoSave: false, autoLoad: false, log: false } }, use: ["Basic"] });
const nlp = dock.get("nlp");
nlp.addLanguage("en");
for (const { text, intent } of read(train)) nlp.addDocument("en", text, intent);
const started = performance.now();
await nlp.train();
const trainSeconds = seconds(started);

const asked = read(test);
const from = performance.now();
const answers = [];
for (const { text } of asked) answers.push((await nlp.process("en", text)).intent);
const predictSeconds = seconds(from);
writeFileSync(predictions, answers.map((answer) => JSON.stringify(answer === "None" || !answer ? "oos" : answer) + "\n").join(""));
console.log(JSON.stringify({ trainSeconds, predictSeconds, setting: "defaults" }));
