// What the page of import and export says in words. Pure.

import type { ExportReport, ImportCheck } from "../../api/types.ts";
import { formatNamed } from "./formats.ts";

export const counted = (count: number, noun: string) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** Without what stands in brackets or after a colon. */
export const titleShort = (format: string) => formatNamed(format).title.replace(/[(:,].*/, "").trim();

const listed = (parts: readonly (string | false)[]) => parts.filter(Boolean).join(", ");

export function checkTold(check: ImportCheck): string {
  const what = listed([
    check.spans > 0 && counted(check.spans, "mention"),
    check.relations > 0 && counted(check.relations, "relation"),
    check.intents > 0 && counted(check.intents, "intent"),
  ]);
  const becomes = check.finished
    ? "What is annotated comes in as done: the next model learns from it."
    : "Nothing is annotated: the documents come in as new work.";
  return `Read: ${counted(check.documents, "document")}${what && ` with ${what}`}. ${becomes} Nothing is stored yet.`;
}

export const exportTold = (report: ExportReport) =>
  report.documents === 0
    ? "No document is like that: the file would be empty."
    : `${report.fileName} would hold ${counted(report.documents, "document")}${report.spans > 0 ? ` with ${counted(report.spans, "mention")}` : ""}.`;
