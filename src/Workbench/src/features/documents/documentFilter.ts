import type { DocumentCount, DocumentQuery, DocumentStatus } from "../../api/types.ts";

export interface DocumentFilter {
  status: DocumentStatus | "";
  kind: string;
  text: string;
}

export const noFilter: DocumentFilter = { status: "", kind: "", text: "" };

export const nameOf = (document: { id: string; externalId?: string | null }) => document.externalId || document.id;

/** What the service is asked; nothing of what is open. */
export const queryOf = (filter: DocumentFilter): DocumentQuery => ({
  status: filter.status || undefined,
  kind: filter.kind || undefined,
  text: filter.text.trim() || undefined,
});

/** How many of the counted are of the filter's status and kind. */
export const passing = (counts: readonly DocumentCount[], filter: DocumentFilter): number =>
  counts
    .filter((count) => (filter.status === "" || count.status === filter.status) && (filter.kind === "" || count.kind === filter.kind))
    .reduce((sum, count) => sum + count.documents, 0);

export const statusNames: Record<DocumentStatus, string> = { new: "new", in_progress: "in progress", done: "done" };
