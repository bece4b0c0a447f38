import { expect, test } from "vitest";
import type { GroupCoverage, LearningPoint, TaskInsights, VersionScores } from "@/api/types.ts";
import { acceptanceTold, coverageTold, labelsTold, learningTold, scoresTold, seconds, timeTold, withInterval } from "@/features/quality/words.ts";

const estimate = (value: number, reach = 0.05) => ({ value, low: value - reach, high: value + reach });
const point = (version: string, value: number, documents: number, passed?: boolean): LearningPoint => ({
  model: { name: "clinical-entities", version },
  documents,
  corrections: documents * 3,
  heldOutDocuments: 10,
  heldOutItems: 100,
  score: estimate(value),
  passed: passed ?? null,
  created: "2026-11-22T09:00:00Z",
});

test("figures with their intervals", () => {
  expect(withInterval(estimate(0.8125, 0.1))).toBe("81.3 (71.3–91.3)");
  expect(withInterval({ value: 0.5 })).toBe("50.0");
  expect(withInterval({})).toBe("–");
  expect([seconds(3.21), seconds(47.4), seconds(200), seconds(4000), seconds(9000)]).toEqual(["3.2 s", "47 s", "3.3 min", "67 min", "2.5 h"]);
});

test("the learning curve says what moved and whether that is sure; refused versions do not count", () => {
  expect(learningTold([], "entities")).toContain("No version");
  const curve = [point("1", 0.6, 0), point("1.1", 0.75, 40, true), point("1.2", 0.2, 80, false)];
  expect(learningTold(curve, "entities")).toBe("Held-out F1 rose from 60.0 to 75.0 with 40 finished documents");
  expect(learningTold([point("1", 0.6, 0), point("1.1", 0.56, 40, true)], "intents")).toBe(
    "Held-out accuracy fell from 60.0 to 56.0 with 40 finished documents; the intervals overlap",
  );
  expect(learningTold([point("1", 0.6, 0), point("1.1", 0.5, 9, false)], "entities")).toContain("let no version");
});

test("the weakest label is named where enough is known of it", () => {
  const score = (label: string, right: number, f1: number) => ({
    label,
    right,
    wrong: 1,
    missed: 0,
    precision: estimate(f1),
    recall: estimate(f1),
    f1: estimate(f1),
  });
  const version: VersionScores = {
    model: { name: "m", version: "2" },
    documents: 12,
    all: score("all", 90, 0.8),
    labels: [score("DATE", 3, 0.1), score("DOSAGE", 40, 0.7), score("PROBLEM", 47, 0.9)],
  };
  expect(scoresTold([version])).toBe("m 2: F1 80.0 (75.0–85.0) on 12 documents; weakest is DOSAGE with 70.0");
  expect(scoresTold([])).toContain("No finished document");
});

test("acceptance, labels and time in a sentence", () => {
  const counts = { accepted: 3, relabelled: 1, resized: 0, rejected: 0, missed: 1 };
  expect(acceptanceTold({ name: "all", decided: 4, counts, rate: estimate(0.75) })).toBe("75.0 % of 4 suggestions were right as they were, and 1 was missed");
  const labels = [
    { label: "PROBLEM", items: 3, documents: 2, open: 0 },
    { label: "DATE", items: 1, documents: 1, open: 0 },
    { label: "AGE", items: 0, documents: 0, open: 5 },
  ];
  expect(labelsTold({ task: "entities", labels } as TaskInsights)).toBe("PROBLEM is 75 % of 4 mentions; 1 label has none yet");
  const spread = { lowest: 1, lowerQuartile: 2, median: 50, upperQuartile: 60, highest: 70 };
  const time = { documents: 3, decisions: 9, seconds: 150, pauses: 0, perDocument: spread, documentSeconds: [] };
  expect(timeTold(time)).toBe("Half of the documents took less than 50 s");
  expect(timeTold({ ...time, perDocument: null })).toContain("No finished document");
});

test("groups are compared only where there is enough, and an overlap is said", () => {
  const value = (name: string | null, f1: number, items: number) => ({
    value: name,
    documents: 5,
    done: 4,
    items,
    tooFew: items < 20,
    f1: estimate(f1),
  });
  const group: GroupCoverage = {
    name: "sex",
    keys: ["sex"],
    stated: 15,
    values: [value("female", 0.8, 40), value("male", 0.6, 50), value("other", 0.1, 4), value(null, 0.5, 90)],
  };
  expect(coverageTold(group)).toBe(
    "By sex, F1 lies between 60.0 (male) and 80.0 (female); their intervals are apart; 1 group has too few mentions to say",
  );
  expect(coverageTold({ ...group, values: [value("female", 0.8, 40), value("male", 0.75, 40)] })).toContain("overlap");
  expect(coverageTold({ ...group, values: [value("female", 0.8, 2), value("male", 0.8, 40)] })).toContain("too few");
  expect(coverageTold({ ...group, values: [value("female", 0.8, 40)] })).toContain("nothing to compare");
  expect(coverageTold({ ...group, stated: 0, name: "noteType" })).toBe("No document states note type");
});
