import type { InboxUtterance, NearbyTurn } from "../../api/types.ts";
import { readable } from "../../ui/intentSearch.ts";
import { percent } from "../../ui/parts.tsx";
import { flagsOf } from "../../ui/redFlags.ts";
import { choiceCommands, type InboxCommand } from "./commands.ts";
import { alternativesOf } from "./utterances.ts";

const ways: readonly [InboxCommand, string][] = [
  ["complete", "Complete transcript"],
  ["setAside", "Set aside…"],
  ["comments", "Comments"],
];
const waysOfDone: readonly [InboxCommand, string][] = [
  ["reopen", "Reopen transcript"],
  ["comments", "Comments"],
];

/** The utterance that the keys act upon, with the turns around it and what it may be. */
export function UtteranceDetail(props: {
  utterance: InboxUtterance;
  href: string;
  onChoose: (intent: string) => void;
  onSearch: () => void;
  onGroup: () => void;
  onOutOfScope: () => void;
  keyFor: (command: InboxCommand) => string | undefined;
  onCommand: (command: InboxCommand) => void;
}) {
  const { utterance } = props;
  const whole = utterance.documentStatus === "done" ? waysOfDone : ways;
  return (
    <section className="utterance-detail" aria-label="Current utterance" data-testid="utterance">
      <ol className="nearby" aria-label="The conversation around it">
        {utterance.before.map((turn) => (
          <Nearby key={turn.index} turn={turn} />
        ))}
        <li className="nearby-turn asked" aria-current="true">
          <span className="speaker">{utterance.speaker}</span>
          <p className="said">{utterance.text}</p>
          <FlagList utterance={utterance} />
          <IntentChip utterance={utterance} />
        </li>
        {utterance.after.map((turn) => (
          <Nearby key={turn.index} turn={turn} />
        ))}
      </ol>
      <div className="alternatives" role="group" aria-label="Intents to choose from">
        {alternativesOf(utterance).map((alternative, index) => (
          <button
            key={alternative.intent}
            type="button"
            tabIndex={-1}
            aria-pressed={utterance.intent === alternative.intent}
            onClick={() => props.onChoose(alternative.intent)}
          >
            <kbd>{props.keyFor(choiceCommands[index]!)}</kbd> {readable(alternative.intent)}{" "}
            <span className="numbers muted">{percent(alternative.confidence)}</span>
          </button>
        ))}
        <button type="button" tabIndex={-1} onClick={props.onOutOfScope}>
          <kbd>{props.keyFor("outOfScope")}</kbd> out of scope
        </button>
        <button type="button" tabIndex={-1} className="quiet" onClick={props.onSearch}>
          <kbd>{props.keyFor("search")}</kbd> another…
        </button>
        {utterance.alike > 1 && (
          <button type="button" tabIndex={-1} className="quiet" onClick={props.onGroup}>
            <kbd>{props.keyFor("group")}</kbd> all {utterance.alike} alike…
          </button>
        )}
      </div>
      <div className="row transcript-ways" role="group" aria-label="The whole transcript">
        {whole.map(([command, name]) => (
          <button key={command} type="button" tabIndex={-1} className="quiet" onClick={() => props.onCommand(command)}>
            {name} <kbd>{props.keyFor(command)}</kbd>
          </button>
        ))}
      </div>
      <p className="hint">
        <a href={props.href}>{utterance.externalId || "The whole transcript"}</a> · turn {utterance.turn + 1}
        {utterance.leftInTranscript > 0 && ` · ${utterance.leftInTranscript} left in it`}
        {utterance.documentStatus === "done" && " · done: reopen it to change its decisions"}
        {utterance.suggestion && ` · ${utterance.suggestion.model.name} ${utterance.suggestion.model.version}`}
      </p>
    </section>
  );
}

const Nearby = (props: { turn: NearbyTurn }) => (
  <li className="nearby-turn">
    <span className="speaker">{props.turn.speaker}</span>
    <p className="said">{props.turn.text}</p>
  </li>
);

export function FlagList(props: { utterance: InboxUtterance }) {
  const flags = flagsOf(props.utterance);
  if (flags.length === 0) return null;
  return (
    <ul className="red-flags" aria-label="Red flags">
      {flags.map((flag) => (
        <li key={flag.name} className={`red-flag ${flag.level}`}>
          <span aria-hidden="true">{flag.level === "urgent" ? "⚑" : "⚐"}</span> {flag.level}: {flag.name}
          {flag.why && ` (${flag.why})`}
        </li>
      ))}
    </ul>
  );
}

export function IntentChip(props: { utterance: InboxUtterance }) {
  const { utterance } = props;
  if (utterance.intent) {
    return (
      <span className="intent decided">
        <span aria-hidden="true">✓</span> {readable(utterance.intent)}
      </span>
    );
  }
  if (utterance.state === "rejected") return <span className="intent decided">no intent</span>;
  if (!utterance.suggestion) return <span className="intent none">no suggestion</span>;
  return (
    <span className="intent suggested">
      {readable(utterance.suggestion.intent)} <span className="numbers">{percent(utterance.suggestion.confidence)}</span>
    </span>
  );
}
