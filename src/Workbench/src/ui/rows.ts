// A list that keys walk along: each entry is marked by `data-row`, and one is where the focus is.

const rowsOf = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];

const focusedIn = (rows: readonly HTMLElement[]) => rows.findIndex((row) => row.contains(document.activeElement));

/** Goes to the next row, or to the first when none has the focus: to its link, which opens it, or to the row itself. */
export function stepRow(list: HTMLElement | null, by: 1 | -1): boolean {
  const rows = rowsOf(list);
  const row = rows[Math.max(0, Math.min(rows.length - 1, focusedIn(rows) + by))];
  (row?.querySelector<HTMLElement>("a[href]") ?? row)?.focus();
  row?.scrollIntoView({ block: "nearest" });
  return true;
}

/** What `data-row` says of the row that has the focus. */
export function rowWithFocus(list: HTMLElement | null): string | undefined {
  const rows = rowsOf(list);
  return rows[focusedIn(rows)]?.dataset["row"];
}

/** Follows the link of the row that has the focus; false where there is none. */
export function openRow(list: HTMLElement | null): boolean {
  const rows = rowsOf(list);
  const link = rows[focusedIn(rows)]?.querySelector<HTMLAnchorElement>("a[href]");
  link?.click();
  return link !== undefined && link !== null;
}
