import type { Assignment } from "../../api/types.ts";

export const states: Record<Assignment["state"], string> = { open: "open", taken: "begun", skipped: "skipped", done: "done" };

export const nameOf = (task: Assignment) => task.externalId || task.documentId;
