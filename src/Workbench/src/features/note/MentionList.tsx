import { useEffect, useRef, useState } from "react";
import type { Mention } from "../../api/types.ts";
import { describe } from "./TextSurface.tsx";

const rowHeight = 30;
const spareRows = 8;

/** All mentions beside the text. Draws only the rows in sight: a long note has thousands. */
export function MentionList(props: {
  text: string;
  mentions: readonly Mention[];
  currentId: string | undefined;
  colourOf: (label: string) => string;
  onPick: (id: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 400 });
  const at = props.mentions.findIndex((mention) => mention.id === props.currentId);

  useEffect(() => {
    const element = frame.current;
    if (!element || at < 0) return;
    const top = at * rowHeight;
    if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top - element.clientHeight / 2;
    }
  }, [at]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScroll({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(scroll.top / rowHeight) - spareRows);
  const last = Math.min(props.mentions.length, Math.ceil((scroll.top + scroll.height) / rowHeight) + spareRows);

  return (
    <div
      className="mention-list"
      ref={frame}
      role="list"
      aria-label="Mentions"
      onScroll={(event) => setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div style={{ height: props.mentions.length * rowHeight, position: "relative" }}>
        {props.mentions.slice(first, last).map((mention, index) => (
          <div
            key={mention.id}
            role="listitem"
            aria-setsize={props.mentions.length}
            aria-posinset={first + index + 1}
            style={{ position: "absolute", insetInline: 0, top: (first + index) * rowHeight, height: rowHeight }}
          >
            <button
              type="button"
              tabIndex={-1}
              className={`mention-row ${mention.state}`}
              aria-current={mention.id === props.currentId ? "true" : undefined}
              title={describe(mention)}
              onClick={() => props.onPick(mention.id)}
            >
              <span className="dot" style={{ background: props.colourOf(mention.label) }} aria-hidden="true" />
              <span className="mention-text">{oneLine(props.text.slice(mention.start, mention.end))}</span>
              <span className="mention-label">{mention.label}</span>
              <span className="numbers mention-sure">
                {mention.state === "suggested" ? (mention.confidence?.toFixed(2) ?? "?") : mention.state === "added" ? "+" : "✓"}
              </span>
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}

export const oneLine = (text: string) => text.replace(/\s+/g, " ");
