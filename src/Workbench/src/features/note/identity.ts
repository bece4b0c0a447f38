// Which labels name a person or lead to one, so that a note can be shown to somebody without them. Pure.

import type { LabelDefinition, Mention } from "../../api/types.ts";
import type { Span } from "../../text/tokens.ts";

// The identifiers of HIPAA's safe harbour (45 CFR 164.514 (b)(2)) under the names that label schemas give them.
const identifying = new Set(
  (
    "NAME PATIENT DOCTOR PHYSICIAN STAFF USERNAME PERSON DATE DOB BIRTHDATE AGE PHONE TELEPHONE FAX EMAIL URL IP SSN MRN MEDICALRECORD " +
    "ID IDNUM ACCOUNT LICENSE VEHICLE DEVICE BIOID HEALTHPLAN ADDRESS STREET CITY STATE ZIP ZIPCODE COUNTRY LOCATION HOSPITAL " +
    "ORGANIZATION PHI PII"
  ).split(" "),
);

/** `NAME`, `Patient_Name`, `phi-date`: one of the words of the label is an identifier. */
export const isIdentifying = (label: string): boolean =>
  label
    .toUpperCase()
    .split(/[^A-Z]+/)
    .some((word) => identifying.has(word));

export const identifyingLabels = (labels: readonly LabelDefinition[]): ReadonlySet<string> =>
  new Set(labels.map((label) => label.name).filter(isIdentifying));

/** The text with dots in place of what such labels mark; every other character stays where it is. */
export function veiled(text: string, marked: readonly (Span & Pick<Mention, "label"> & Partial<Pick<Mention, "fragments">>)[], labels: ReadonlySet<string>): string {
  const parts: string[] = [];
  let at = 0;
  const spans = marked.filter(({ label }) => labels.has(label)).flatMap((one): readonly Span[] => (one.fragments?.length ? one.fragments : [one]));
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    parts.push(text.slice(at, from), "•".repeat(end - from));
    at = end;
  }
  return parts.join("") + text.slice(at);
}

/** What stands on the screen in place of the words. */
export const masked = (label: string): string => `[${label}]`;
