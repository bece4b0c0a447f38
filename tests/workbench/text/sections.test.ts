import { expect, test } from "vitest";
import { sectionAt, sectionsOf } from "@/text/sections.ts";

const titles = (text: string) => sectionsOf(text).map((section) => section.title);

test("headings are short lines with a colon, lines in capitals, and capitals before a colon", () => {
  const note = [
    "😀 Seen today.", "History of present illness:", "Cough since Monday: dry.", "", "MEDICATIONS", "metformin 500 mg", "  ALLERGIES: none known",
    "BP 120/80", "Plan :", "",
  ].join("\r\n");
  expect(titles(note)).toEqual(["History of present illness", "MEDICATIONS", "ALLERGIES", "Plan"]);
  for (const section of sectionsOf(note)) expect(note.slice(section.start, section.start + section.title.length)).toBe(section.title);
});

test.each([
  ["a sentence", "He takes the following drugs every day in the morning and also in the evening with food and some water:"],
  ["an abbreviation", "BP"],
  ["a value", "12:30"],
  ["a finding", "ECG: sinus rhythm"],
  ["a shouted sentence", "DO NOT RESUSCITATE."],
  ["nothing", ""],
])("%s is no heading", (_, line) => {
  expect(titles(line)).toEqual([]);
});

test("sections follow each other without gaps to the end of the text", () => {
  const text = "PLAN\nrest\nLABS: fine\n" + "x".repeat(100);
  const sections = sectionsOf(text);
  expect(sections.map((section) => section.end)).toEqual([sections[1]!.start, text.length]);
  expect(sectionAt(sections, 0)).toBe(0);
  expect(sectionAt(sections, text.length - 1)).toBe(1);
  expect(sectionAt(sectionsOf("intro\nPLAN\n"), 2)).toBe(-1);
});
