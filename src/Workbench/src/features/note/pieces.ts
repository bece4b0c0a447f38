// Mentions in several pieces: which pieces, and the changes that add, move and remove one. Pure.

import type { Mention } from "../../api/types.ts";
import { moveEdge, type Direction, type Edge, type Step, type Words } from "../../text/spanEditing.ts";
import type { Span } from "../../text/tokens.ts";
import { resize, type Decision, type Place } from "./decisions.ts";

const bare = ({ start, end }: Span): Span => ({ start, end });

/** In text order; a usual mention is one piece. */
export const piecesOf = (mention: Mention): Span[] => (mention.fragments?.length ? mention.fragments.map(bare) : [bare(mention)]);

/** From the first piece to the last. Pieces that touch or overlap become one. */
export function placeOf(pieces: readonly Span[]): Place {
  const joined: Span[] = [];
  for (const piece of pieces.map(bare).sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && piece.start <= last.end) last.end = Math.max(last.end, piece.end);
    else joined.push(piece);
  }
  const extent = { start: joined[0]!.start, end: joined.at(-1)!.end };
  return joined.length > 1 ? { ...extent, fragments: joined } : extent;
}

/** The piece that an offset lies in, or the next one; the last when none comes after it. */
export function pieceAt(mention: Mention, offset: number): number {
  const pieces = piecesOf(mention);
  const at = pieces.findIndex((piece) => offset < piece.end);
  return at < 0 ? pieces.length - 1 : at;
}

export function addPiece(mentions: readonly Mention[], mention: Mention, span: Span): Decision {
  const inside = piecesOf(mention).some((piece) => piece.start <= span.start && span.end <= piece.end);
  return inside ? { refused: "These words belong to the mention already." } : resize(mentions, mention, placeOf([...piecesOf(mention), span]));
}

export function removePiece(mentions: readonly Mention[], mention: Mention, index: number): Decision {
  const pieces = piecesOf(mention);
  return pieces.length === 1 ? { refused: "The mention has one piece only." } : resize(mentions, mention, placeOf(pieces.filter((_, at) => at !== index)));
}

/** A piece in other bounds, the rest as it is. */
export function replacePiece(mentions: readonly Mention[], mention: Mention, index: number, span: Span): Decision {
  return resize(mentions, mention, placeOf(piecesOf(mention).map((piece, at) => (at === index ? span : piece))));
}

export const movedPiece = (words: Words, mention: Mention, index: number, edge: Edge, direction: Direction, step: Step): Span =>
  moveEdge(words, piecesOf(mention)[index]!, edge, direction, step);

/** The words of all pieces; an ellipsis stands for what lies between. */
export const wordsOfPieces = (text: string, mention: Mention): string =>
  piecesOf(mention)
    .map(({ start, end }) => text.slice(start, end))
    .join(" … ");
