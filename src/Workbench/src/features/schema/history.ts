// The history of a schema in words. Pure.

import type { SchemaVersion } from "../../api/types.ts";

export function whatChanged(version: SchemaVersion): string {
  const from = version.from.filter((name) => name !== version.to).join(", ");
  switch (version.kind) {
    case "add":
      return `${version.to} added`;
    case "edit":
      return `${from} edited`;
    case "rename":
      return `${from} renamed to ${version.to}`;
    case "merge":
      return `${from} merged into ${version.to}`;
    case "remove":
      return `${from} removed, its mentions archived`;
    case "restore":
      return `${from} restored`;
    case "guideline":
      return version.guideline ? `guideline of ${version.guideline} written` : "guideline of the project written";
  }
}
