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
  for (let step = 1; step <= mentions.length; step++) {
    const mention = mentions[(at + step) % mentions.length]!;
    if (mention.state === "suggested" && mention.id !== currentId) return mention.id;
  }
  return undefined;
}

/** The mentions under an offset, innermost first. */
export function mentionsAt(mentions: readonly Mention[], offset: number): Mention[] {
  return mentions
    .filter((mention) => mention.start <= offset && offset < mention.end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));
}

/** The mentions that share words with this one, itself included, in order of position. */
export const overlapping = (mentions: readonly Mention[], mention: Mention): Mention[] =>
  mentions.filter((other) => other.start < mention.end && mention.start < other.end);

/** For each mention, by index, the line it is underlined on, so that those that overlap do not hide each other. */
export function lanes(mentions: readonly Mention[]): Uint8Array {
  const result = new Uint8Array(mentions.length);
  const ends: number[] = [];
  mentions.forEach((mention, index) => {
    let lane = 0;
    while (lane < ends.length && ends[lane]! > mention.start) lane++;
    ends[lane] = mention.end;
    result[index] = lane;
  });
  return result;
}
