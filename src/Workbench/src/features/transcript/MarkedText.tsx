import { Fragment } from "react";
import type { Mention } from "../../api/types.ts";
import type { Span } from "../../text/tokens.ts";

/** The stretches of a text between the edges of what is marked on it, each with all that covers it. */
export function stretches(place: Span, mentions: readonly Mention[]): { start: number; end: number; covering: Mention[] }[] {
  const inside = mentions.filter((mention) => mention.start >= place.start && mention.end <= place.end);
  const pieces = inside.flatMap((mention) => (mention.fragments ?? [mention]).map(({ start, end }) => ({ mention, start, end })));
  const edges = [...new Set([place.start, place.end, ...pieces.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => {
    const start = edges[index]!;
    const covering = pieces.filter((piece) => piece.start <= start && piece.end >= end).map(({ mention }) => mention);
    return { start, end, covering: covering.sort((a, b) => b.end - b.start - (a.end - a.start)) };
  });
}

/** The words of a turn with the entities on them, as they are; they are changed where all keys for them are. */
export function MarkedText(props: { text: string; place: Span; mentions: readonly Mention[]; colourOf: (label: string) => string }) {
  const { text, place } = props;
  if (props.mentions.length === 0) return <>{text}</>;
  return (
    <>
      {stretches(place, props.mentions).map(({ start, end, covering }) => {
        const words = text.slice(start - place.start, end - place.start);
        const inner = covering.at(-1);
        if (!inner) return <Fragment key={start}>{words}</Fragment>;
        return (
          <mark
            key={start}
            className={inner.state === "suggested" ? "entity suggested" : "entity"}
            style={{ "--label": props.colourOf(inner.label) } as React.CSSProperties}
            title={covering.map(({ label }) => label).join(", ")}
          >
            {words}
            {covering.filter((mention) => mention.end === end).map((mention) => (
              <span key={mention.id} className="entity-label">
                {mention.label}
              </span>
            ))}
          </mark>
        );
      })}
    </>
  );
}
