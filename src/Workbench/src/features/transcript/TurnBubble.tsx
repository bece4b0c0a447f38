import { memo } from "react";
import type { Mention, Turn } from "../../api/types.ts";
import { isUndecidedTurn, takesIntent } from "../../corrections/apply.ts";
import { percent } from "../../ui/parts.tsx";
import { readable } from "../../ui/intentSearch.ts";
import { flagsOf } from "../../ui/redFlags.ts";
import type { Span } from "../../text/tokens.ts";
import { MarkedText } from "./MarkedText.tsx";

/** At most this many fit on the digit keys. */
export const maximumAlternatives = 9;

/** What the digits choose: the suggestion first, then what the model thought next. */
export function alternativesOf(turn: Turn): { intent: string; confidence: number }[] {
  const suggestion = turn.suggestion;
  if (!suggestion) return [];
  const others = (suggestion.alternatives ?? []).filter((other) => other.intent !== suggestion.intent);
  return [{ intent: suggestion.intent, confidence: suggestion.confidence }, ...others].slice(0, maximumAlternatives);
}

export const TurnBubble = memo(function TurnBubble(props: {
  turn: Turn;
  /** Where it stands in the text of the transcript. */
  place: Span;
  mentions: readonly Mention[];
  colourOf: (label: string) => string;
  /** Comments on the turn: open ones, or such as are new to who looks. */
  talk: "open" | "new" | undefined;
  current: boolean;
  editable: boolean;
  /** As they are printed: of the alternatives in their order, and of the list of all. */
  choiceKeys: readonly (string | undefined)[];
  searchKey: string | undefined;
  onPick: (index: number) => void;
  onChoose: (index: number, intent: string) => void;
  onSearch: (index: number) => void;
}) {
  const { turn, current } = props;
  const patient = takesIntent(turn);
  const undecided = isUndecidedTurn(turn);
  const flags = flagsOf(turn);
  const state = !patient ? "plain" : undecided ? "undecided" : "decided";
  return (
    <li
      className={`turn ${turn.speaker === "patient" ? "from-patient" : "from-other"} ${state}`}
      aria-current={current ? "true" : undefined}
      data-turn={turn.index}
    >
      <p className="speaker">
        {turn.speaker}
        {props.talk && (
          <span className={props.talk === "new" ? "chip new-comment" : "chip"} data-testid="talk">
            “” {props.talk === "new" ? "new comment" : "open comment"}
          </span>
        )}
      </p>
      <div className="bubble" onClick={() => patient && props.onPick(turn.index)}>
        <p className="said">
          <MarkedText text={turn.text} place={props.place} mentions={props.mentions} colourOf={props.colourOf} />
        </p>
        {flags.length > 0 && (
          <ul className="red-flags" aria-label="Red flags">
            {flags.map((flag) => (
              <li key={flag.name} className={`red-flag ${flag.level}`}>
                <span aria-hidden="true">{flag.level === "urgent" ? "⚑" : "⚐"}</span> {flag.level}: {flag.name}
                {flag.why && ` (${flag.why})`}
              </li>
            ))}
          </ul>
        )}
        {patient && (
          <div className="turn-intent" aria-live={current ? "polite" : undefined}>
            {turn.intent ? (
              <span className="intent decided">
                <span aria-hidden="true">✓</span> {readable(turn.intent)}
              </span>
            ) : turn.state === "rejected" ? (
              <span className="intent decided">no intent</span>
            ) : turn.suggestion ? (
              <span className="intent suggested">
                {readable(turn.suggestion.intent)} <span className="numbers">{percent(turn.suggestion.confidence)}</span>
              </span>
            ) : (
              <span className="intent none">no suggestion</span>
            )}
          </div>
        )}
      </div>
      {current && patient && props.editable && (
        <div className="alternatives" role="group" aria-label="Intents to choose from">
          {alternativesOf(turn).map((alternative, index) => (
            <button
              key={alternative.intent}
              type="button"
              tabIndex={-1}
              aria-pressed={turn.intent === alternative.intent}
              onClick={() => props.onChoose(turn.index, alternative.intent)}
            >
              {props.choiceKeys[index] && <kbd>{props.choiceKeys[index]}</kbd>} {readable(alternative.intent)}{" "}
              <span className="numbers muted">{percent(alternative.confidence)}</span>
            </button>
          ))}
          <button type="button" tabIndex={-1} className="quiet" onClick={() => props.onSearch(turn.index)}>
            {props.searchKey && <kbd>{props.searchKey}</kbd>} another…
          </button>
        </div>
      )}
    </li>
  );
});
