import type { Turn } from "../api/types.ts";

export interface ShownFlag {
  name: string;
  level: "urgent" | "mentioned";
  /** Empty when the words say it is there. */
  why: string;
}

const reasons: Record<string, string> = {
  negated: "the writer says it is not so",
  asked: "asked about",
  hypothetical: "supposed, not said to be so",
  past: "of the past",
  topic: "named only",
  intent: "by the intent model",
};

type Flag = Pick<NonNullable<Turn["redFlags"]>[number], "flag" | "level" | "reason">;

/** Urgent ones first; the service's order otherwise. */
export function flagsOf(turn: { redFlags?: readonly Flag[] | null }): ShownFlag[] {
  const flags = (turn.redFlags ?? []).map((flag) => ({
    name: flag.flag.replaceAll("_", " "),
    level: flag.level,
    why: flag.reason ? (reasons[flag.reason] ?? flag.reason) : "",
  }));
  return [...flags.filter((flag) => flag.level === "urgent"), ...flags.filter((flag) => flag.level !== "urgent")];
}

export const isUrgent = (turn: { redFlags?: readonly Flag[] | null }) => (turn.redFlags ?? []).some((flag) => flag.level === "urgent");

/** The urgent turn after this one; from the last it goes round. */
export function nextUrgentTurn(turns: readonly Turn[], after: number): number | undefined {
  const urgent = turns.filter(isUrgent);
  return (urgent.find((turn) => turn.index > after) ?? urgent[0])?.index;
}
