import { useMemo, useState } from "react";
import { api } from "../../api/client.ts";
import type { ArchivedMention, Mention } from "../../api/types.ts";
import { useAnswer } from "../../ui/useAnswer.ts";

/** Mentions that the schema has no place for any more: fetched with the note, shown only on demand. */
export function useArchived(documentId: string, schemaVersion: number) {
  const [shown, setShown] = useState(false);
  const archived = useAnswer(`archived ${documentId} ${schemaVersion}`, () => api.archived(documentId));
  const items: readonly ArchivedMention[] = archived.value ?? none;
  const marks = useMemo(() => (shown ? items.map((item) => item.mention) : noMarks), [shown, items]);
  return { shown, toggle: () => setShown((before) => !before), items, marks };
}

const none: readonly ArchivedMention[] = [];
const noMarks: readonly Mention[] = [];
