import type { DocumentStatus, DocumentSummary } from "../../api/types.ts";

export interface DocumentFilter {
  status: DocumentStatus | "";
  kind: string;
  text: string;
}

export const noFilter: DocumentFilter = { status: "", kind: "", text: "" };

export const nameOf = (document: { id: string; externalId?: string | null }) => document.externalId || document.id;

export function matches(document: DocumentSummary, filter: DocumentFilter): boolean {
  const sought = filter.text.trim().toLowerCase();
  return (
    (filter.status === "" || document.status === filter.status) &&
    (filter.kind === "" || document.kind === filter.kind) &&
    (sought === "" ||
      nameOf(document).toLowerCase().includes(sought) ||
      (document.group ?? "").toLowerCase().includes(sought))
  );
}

export const statusNames: Record<DocumentStatus, string> = { new: "new", in_progress: "in progress", done: "done" };
