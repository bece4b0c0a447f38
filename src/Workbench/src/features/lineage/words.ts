import type { DocumentReach, LineageCorrection, WithdrawalReason } from "../../api/types.ts";
import { atMinute } from "../../ui/times.ts";

export const reasonWords: Record<WithdrawalReason, string> = {
  consent_withdrawn: "Consent was withdrawn",
  wrong_patient: "It is of another patient",
  duplicate: "It is there twice",
  other: "Another reason",
};

export const howWords: Record<DocumentReach["versions"][number]["how"], string> = {
  trained: "learnt from it",
  replayed: "replayed it, labelled by itself",
  inherited: "inherited it",
  judged: "was judged by it",
};

/** The end of an id tells two of one minute apart; the beginning does not. */
export const shortId = (id: string) => (id.length > 14 ? `…${id.slice(-10)}` : id);

export const count = (number: number, one: string, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export function changeWords(change: LineageCorrection): string {
  const from = change.fromLabel ?? change.fromIntent;
  const to = change.label ?? change.intent;
  if (!change.action) return change.batch === "complete" ? "finished it" : change.batch === "reopen" ? "reopened it" : "brought it in";
  return `${change.action} ${from && to && from !== to ? `${from} → ${to}` : (to ?? from ?? "")}`.trim();
}

export function liveWords(live: readonly { from: string; until?: string | null }[]): string {
  if (live.length === 0) return "never in use";
  return live.map(({ from, until }) => `in use ${atMinute(from)} – ${until ? atMinute(until) : "now"}`).join("; ");
}
