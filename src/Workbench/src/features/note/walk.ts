// Which mention comes next. Mentions are in order of position.

import type { Mention } from "../../api/types.ts";

export function neighbour(mentions: readonly Mention[], currentId: string | undefined, by: 1 | -1): string | undefined {
  if (mentions.length === 0) return undefined;
  const at = mentions.findIndex((mention) => mention.id === currentId);
  if (at < 0) return (by > 0 ? mentions[0] : mentions.at(-1))?.id;
  return mentions[Math.max(0, Math.min(mentions.length - 1, at + by))]!.id;
}

/** The next undecided mention after the current one, from the top again at the end; undefined when all are decided. */
export function nextUndecided(mentions: readonly Mention[], currentId: string | undefined): string | undefined {
  const at = mentions.findIndex((mention) => mention.id === currentId);
  const order = [...mentions.slice(at + 1), ...mentions.slice(0, at + 1)];
  return order.find((mention) => mention.state === "suggested" && mention.id !== currentId)?.id;
}

/** The mentions under an offset, innermost first. */
export function mentionsAt(mentions: readonly Mention[], offset: number): Mention[] {
  return mentions
    .filter((mention) => mention.start <= offset && offset < mention.end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));
}

/** For each mention the line it is underlined on, so that those that overlap do not hide each other. */
export function lanes(mentions: readonly Mention[]): Map<string, number> {
  const result = new Map<string, number>();
  const ends: number[] = [];
  for (const mention of mentions) {
    let lane = ends.findIndex((end) => end <= mention.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = mention.end;
    result.set(mention.id, lane);
  }
  return result;
}
