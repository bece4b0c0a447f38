// What a key means for the mention at hand: the changes to make, or why there are none. Pure.

import type { Change, Mention } from "../../api/types.ts";
import { piecesKey } from "../../corrections/apply.ts";
import type { Span } from "../../text/tokens.ts";

export type Decision = { changes: Change[] } | { refused: string };

const nothing = (refused: string): Decision => ({ refused });
/** Where a mention stands: from its first piece to its last; one piece has no fragments. */
export interface Place extends Span {
  fragments?: Span[] | null | undefined;
}

const sameSpan = (a: Place, b: Place) => a.start === b.start && a.end === b.end && piecesKey(a.fragments) === piecesKey(b.fragments);

function taken(mentions: readonly Mention[], place: Place, label: string, except?: string): Mention | undefined {
  return mentions.find((mention) => mention.id !== except && mention.label === label && sameSpan(mention, place));
}

export function accept(mention: Mention): Decision {
  return mention.state === "suggested"
    ? { changes: [{ action: "accept", mentionId: mention.id }] }
    : nothing("It is decided already.");
}

/** Rejecting what a person decided takes it away. */
export function reject(mention: Mention): Decision {
  return { changes: [{ action: mention.state === "suggested" ? "reject" : "remove", mentionId: mention.id }] };
}

export function relabel(mentions: readonly Mention[], mention: Mention, label: string): Decision {
  // Giving a suggestion the label it has is agreeing with it.
  if (mention.label === label) return accept(mention);
  if (taken(mentions, mention, label, mention.id)) return nothing(`The same words are marked ${label} already.`);
  return { changes: [{ action: "relabel", mentionId: mention.id, label }] };
}

export function resize(mentions: readonly Mention[], mention: Mention, place: Place): Decision {
  if (sameSpan(mention, place)) return nothing("The edge cannot move further.");
  if (taken(mentions, place, mention.label, mention.id)) return nothing(`These words are marked ${mention.label} already.`);
  const { start, end, fragments } = place;
  return { changes: [{ action: "resize", mentionId: mention.id, start, end, ...(fragments?.length ? { fragments } : {}) }] };
}

export function add(mentions: readonly Mention[], span: Span, label: string, newId: string): Decision {
  const there = taken(mentions, span, label);
  if (there) return there.state === "suggested" ? accept(there) : nothing(`These words are marked ${label} already.`);
  return { changes: [{ action: "add", mentionId: newId, start: span.start, end: span.end, label }] };
}

export const sureEnough = (mention: Mention, threshold: number) =>
  mention.state === "suggested" && (mention.confidence ?? 0) >= threshold;

export function acceptAbove(mentions: readonly Mention[], threshold: number): Decision {
  const sure = mentions.filter((mention) => sureEnough(mention, threshold));
  return sure.length === 0
    ? nothing(`No suggestion reaches ${threshold.toFixed(2)}.`)
    : { changes: sure.map((mention) => ({ action: "accept", mentionId: mention.id })) };
}
