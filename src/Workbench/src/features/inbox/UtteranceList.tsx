import { useEffect, useRef } from "react";
import type { InboxUtterance } from "../../api/types.ts";
import { flagsOf } from "../../ui/redFlags.ts";
import { IntentChip } from "./UtteranceDetail.tsx";
import { nameOf } from "./utterances.ts";

/** The utterances in the order in which they are best decided; the keys walk it. */
export function UtteranceList(props: {
  list: readonly InboxUtterance[];
  at: number;
  onPick: (at: number) => void;
  hasMore: boolean;
  onMore: () => void;
}) {
  const element = useRef<HTMLOListElement>(null);
  useEffect(() => {
    element.current?.children[props.at]?.scrollIntoView({ block: "nearest" });
  }, [props.at]);
  return (
    <div className="utterance-list">
      <ol ref={element} aria-label="Utterances">
        {props.list.map((utterance, index) => {
          const urgent = flagsOf(utterance).find((flag) => flag.level === "urgent");
          return (
            <li key={nameOf(utterance)}>
              <button
                type="button"
                className={utterance.state ? "utterance-row decided" : "utterance-row"}
                aria-current={index === props.at ? "true" : undefined}
                data-utterance={nameOf(utterance)}
                onClick={() => props.onPick(index)}
              >
                {urgent && (
                  <span className="red-flag urgent">
                    <span aria-hidden="true">⚑</span> {urgent.name}
                  </span>
                )}
                <span className="utterance-text">{utterance.text}</span>
                <span className="utterance-facts">
                  <IntentChip utterance={utterance} />
                  {utterance.alike > 1 && (
                    <span className="chip" title="Utterances in nearly the same words">
                      ×{utterance.alike}
                    </span>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      {props.hasMore && (
        <p className="more">
          <button type="button" className="quiet" onClick={props.onMore}>
            Show more
          </button>
        </p>
      )}
    </div>
  );
}
