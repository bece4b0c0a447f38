import { useMemo } from "react";
import type { Mention } from "../../api/types.ts";
import { VirtualList } from "../../ui/VirtualList.tsx";
import { cuesOf } from "./details.ts";
import { describe } from "./mentionMarks.ts";

/** All mentions beside the text. */
export function MentionList(props: {
  mentions: readonly Mention[];
  currentId: string | undefined;
  /** Those with open comments. */
  commented: readonly Mention[];
  /** Those at which somebody has said something new. */
  newlyCommented: readonly Mention[];
  wordsOf: (mention: Mention) => string;
  colourOf: (label: string) => string;
  onPick: (id: string) => void;
}) {
  const { mentions, currentId } = props;
  const at = useMemo(() => mentions.findIndex((mention) => mention.id === currentId), [mentions, currentId]);
  return (
    <VirtualList label="Mentions" className="mention-list" rowHeight={30} items={mentions} currentIndex={at} keyOf={(mention) => mention.id}>
      {(mention) => (
        <button
          type="button"
          tabIndex={-1}
          className={`mention-row ${mention.state}`}
          aria-current={mention.id === currentId ? "true" : undefined}
          title={describe(mention)}
          onClick={() => props.onPick(mention.id)}
        >
          <span className="dot" style={{ background: props.colourOf(mention.label) }} aria-hidden="true" />
          <span className="mention-text">{oneLine(props.wordsOf(mention))}</span>
          <span className="mention-label">
            {props.newlyCommented.includes(mention) ? (
              <i className="cue" title="has new comments">
                “” new
              </i>
            ) : (
              props.commented.includes(mention) && (
                <i className="cue" title="has open comments">
                  “”
                </i>
              )
            )}
            {mention.label}
            {cuesOf(mention).map((cue) => (
              <i className="cue" key={cue}>
                {cue}
              </i>
            ))}
          </span>
          <span className="numbers mention-sure">
            {mention.state === "suggested" ? (mention.confidence?.toFixed(2) ?? "?") : mention.state === "added" ? "+" : "✓"}
          </span>
        </button>
      )}
    </VirtualList>
  );
}

export const oneLine = (text: string) => text.replace(/\s+/g, " ");
