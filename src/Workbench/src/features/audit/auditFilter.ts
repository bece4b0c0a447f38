export interface AuditFilter {
  by: string;
  action: string;
  subject: string;
  /** As a date-and-time field gives it: local, without a zone. */
  from: string;
  until: string;
}

export const noFilter: AuditFilter = { by: "", action: "", subject: "", from: "", until: "" };

/** What is asked of the service: what is filled in, times with their zone. */
export function queryOf(filter: AuditFilter): Record<string, string> {
  const query: Record<string, string> = {};
  for (const field of ["by", "action", "subject"] as const) {
    if (filter[field].trim()) query[field] = filter[field].trim();
  }
  for (const field of ["from", "until"] as const) {
    const time = Date.parse(filter[field]);
    if (!Number.isNaN(time)) query[field] = new Date(time).toISOString();
  }
  return query;
}

/** Identifiers, counts and names, in one line. */
export const detailsOf = (details: unknown): string =>
  Object.entries((details ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" · ");
