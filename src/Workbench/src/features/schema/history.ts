// The history of a schema in words. Pure.

import type { SchemaJob, SchemaVersion } from "../../api/types.ts";

export function whatChanged(version: SchemaVersion | SchemaJob["change"]): string {
  const from = version.from.filter((name) => name !== version.to).join(", ");
  const part =
    (version.part ?? "label") === "label" ? "" : version.part === "value" ? `value of ${version.attribute ?? ""}: ` : `${version.part === "relation" ? "relation type" : version.part}: `;
  switch (version.kind) {
    case "add":
      return `${part}${version.to} added`;
    case "edit":
      return `${part}${from} edited`;
    case "rename":
      return `${part}${from} renamed to ${version.to}`;
    case "merge":
      return `${part}${from} merged into ${version.to}`;
    case "split":
      return `${part}utterances of ${from} split off to ${version.to}`;
    case "remove":
      return `${part}${from} removed, ${part === "" ? "its mentions" : "what carries it"} archived`;
    case "restore":
      return `${part}${from} restored`;
    case "take_back":
      return `${part}version ${version.undoes} taken back`;
    case "guideline":
      return "guideline" in version && version.guideline ? `guideline of ${version.guideline} written` : "guideline of the project written";
  }
}
