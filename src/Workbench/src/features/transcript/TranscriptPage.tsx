import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Turn } from "../../api/types.ts";
import { isUndecidedTurn, takesIntent } from "../../corrections/apply.ts";
import { CommentDialog } from "../../comments/CommentDialog.tsx";
import { isAt, shortened, turnQuote } from "../../comments/threads.ts";
import { commentsInWords, useComments } from "../../comments/useComments.ts";
import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { turnPlaces } from "../../text/turnPlaces.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { KeysDialog } from "../../ui/KeysDialog.tsx";
import { placeOf, printed } from "../../ui/keymap.ts";
import { useKeymap } from "../../ui/useKeymap.ts";
import { Meter } from "../../ui/parts.tsx";
import { useKeys } from "../../ui/useKeys.ts";
import { transcriptCommands, type TranscriptCommand } from "./commands.ts";
import { IntentPicker } from "../../ui/IntentPicker.tsx";
import { isUrgent, nextUrgentTurn } from "../../ui/redFlags.ts";
import { alternativesOf, TurnBubble } from "./TurnBubble.tsx";

export function nextUndecidedTurn(turns: readonly Turn[], after: number): number | undefined {
  const open = turns.filter((turn) => isUndecidedTurn(turn) && turn.index !== after);
  return (open.find((turn) => turn.index > after) ?? open[0])?.index;
}

const transcriptDialogs = ["complete", "conflict", "comments"] as const;

export function TranscriptPage(props: DocumentViewProps) {
  const { project, document: transcript, session } = props;
  const list = useRef<HTMLOListElement>(null);
  const editable = transcript.status !== "done";
  const turns = transcript.turns;
  const patientTurns = useMemo(() => turns.filter(takesIntent), [turns]);
  const undecided = patientTurns.filter(isUndecidedTurn).length;
  const urgent = useMemo(() => turns.filter(isUrgent).length, [turns]);
  const [at, setAt] = useState(-1);
  const [searching, setSearching] = useState<number>();
  const [showKeys, setShowKeys] = useState(false);
  const [showComments, setShowComments] = useState(false);
  const keys = useKeymap("transcript", transcriptCommands);
  const keyFor = (command: TranscriptCommand) => printed(keys.map, command);
  const choiceKeys = useMemo(
    () => transcriptCommands.filter(({ id }) => placeOf("choose", id) !== undefined).map(({ id }) => printed(keys.map, id)),
    [keys.map],
  );
  const [message, setMessage] = useState("");
  const current = turns.find((turn) => turn.index === at);
  const places = useMemo(() => turnPlaces(turns), [turns]);
  const colourOf = useMemo(() => labelColours(project.labels), [project.labels]);
  const comments = useComments(project.id, transcript.id, places);

  const pick = useCallback((index: number) => {
    setAt(index);
    setMessage("");
  }, []);

  // Before the browser shows the turns: a key that comes at once is for the one that is shown as the current one.
  useLayoutEffect(() => {
    const place = places.findIndex(({ start, end }) => props.at !== undefined && start <= props.at && props.at <= end);
    const asked = turns[place]?.index;
    const first = asked ?? nextUndecidedTurn(turns, -1) ?? patientTurns[0]?.index;
    if (first !== undefined) pick(first);
    list.current?.focus();
    // Only when another document is opened.
    // eslint-disable-next-line
  }, [transcript.id]);

  useEffect(() => {
    list.current?.querySelector(`[data-turn="${at}"]`)?.scrollIntoView({ block: "center", behavior: "auto" });
  }, [at]);

  const latest = useRef<(index: number, intent: string) => void>(() => {});
  latest.current = (index, intent) => {
    if (!editable) {
      setMessage("The transcript is done. Reopen it to change it.");
      return;
    }
    const turn = turns.find((candidate) => candidate.index === index);
    if (!turn) return;
    if (turn.intent !== intent) session.perform([{ action: "intent", turn: index, intent }]);
    const next = nextUndecidedTurn(turns, index);
    pick(next ?? index);
    if (next === undefined) setMessage(`Every turn has its intent. ${keyFor("complete") ?? "The button"} completes the transcript.`);
  };
  const choose = useCallback((index: number, intent: string) => latest.current(index, intent), []);
  const search = useCallback((index: number) => {
    setAt(index);
    setSearching(index);
  }, []);

  function step(by: 1 | -1): boolean {
    const place = patientTurns.findIndex((turn) => turn.index === at);
    const next = patientTurns[Math.max(0, Math.min(patientTurns.length - 1, place + by))];
    if (next) pick(next.index);
    return true;
  }

  function reject(): boolean {
    if (!current || !editable || !isUndecidedTurn(current) || !current.suggestion) {
      setMessage("There is no open suggestion to reject here.");
      return true;
    }
    session.perform([{ action: "reject", turn: current.index }]);
    pick(nextUndecidedTurn(turns, current.index) ?? current.index);
    return true;
  }

  function goToUrgent(): boolean {
    const next = nextUrgentTurn(turns, at);
    if (next === undefined) setMessage("No turn has an urgent red flag.");
    else pick(next);
    return true;
  }

  function travel(back: boolean): boolean {
    const { changes } = back ? session.undo() : session.redo();
    const turn = changes.find((change) => change.turn !== undefined)?.turn;
    if (turn !== undefined) pick(turn);
    setMessage(changes.length > 0 ? (back ? "Undone." : "Redone.") : back ? "There is nothing to undo." : "There is nothing to redo.");
    return true;
  }

  function accept(): boolean {
    const intent = current?.intent ?? current?.suggestion?.intent;
    if (!current || !intent) setMessage("There is no suggestion here: the list of intents has them all.");
    else choose(current.index, intent);
    return true;
  }

  function chooseNth(nth: number): boolean {
    if (!current) return false;
    const alternative = alternativesOf(current)[nth];
    if (alternative) choose(current.index, alternative.intent);
    else setMessage(`There is no choice ${nth + 1} here.`);
    return true;
  }

  function run(command: TranscriptCommand): boolean {
    const nth = placeOf("choose", command);
    if (nth !== undefined) return chooseNth(nth);
    switch (command as Exclude<TranscriptCommand, `choose${number}`>) {
      case "next":
        return step(1);
      case "previous":
        return step(-1);
      case "accept":
        return accept();
      case "reject":
        return reject();
      case "search":
        if (current && editable) setSearching(current.index);
        return true;
      case "urgent":
        return goToUrgent();
      case "comments":
        setShowComments(true);
        return true;
      case "entities":
        props.onOtherView?.();
        return true;
      case "conflicts":
        if (props.onConflicts) props.onConflicts();
        else setMessage("Nothing of yours waits for a choice.");
        return true;
      case "undo":
        return travel(true);
      case "redo":
        return travel(false);
      case "complete":
        if (editable) props.onComplete();
        return true;
      case "nextDocument":
        props.onNext();
        return true;
      case "previousDocument":
        props.onPrevious();
        return true;
      case "back":
        props.onBack();
        return true;
      case "keys":
        setShowKeys(true);
        return true;
    }
  }

  useKeys((_, key) => {
    const command = keys.map.commandOf(key);
    return command !== undefined && run(command);
  });

  const { mentions } = transcript;
  const mentionsOf = useMemo(
    () => places.map(({ start, end }) => mentions.filter((mention) => mention.start >= start && mention.end <= end)),
    [places, mentions],
  );
  const talkAt = (place: number) => {
    const here = comments.threads.filter((thread) => isAt(thread, places[place]!));
    if (here.length === 0) return undefined;
    const fresh = here.some(({ first, answers }) => [first, ...answers].some((said) => comments.unread.includes(said)));
    return fresh ? "new" : here.some((thread) => thread.open) ? "open" : undefined;
  };
  const placeOfCurrent = current && places[turns.indexOf(current)];

  const searched = turns.find((turn) => turn.index === searching);

  return (
    <div className="transcript">
      <div className="transcript-bar">
        <Meter value={patientTurns.length - undecided} total={patientTurns.length} label="Turns decided" />
        {urgent > 0 && (
          <button type="button" className="red-flag urgent" onClick={goToUrgent} title={`Next turn with an urgent red flag (${keyFor("urgent") ?? "no key"})`}>
            <span aria-hidden="true">⚑</span> {urgent} urgent {urgent === 1 ? "turn" : "turns"}
          </button>
        )}
        <span className="note-message" role="status" data-testid="message">
          {message}
        </span>
        <span className="spacer" />
        {editable && undecided > 0 && patientTurns.every((turn) => !turn.suggestion) && (
          <button type="button" onClick={props.onSuggest}>
            Ask the model
          </button>
        )}
        <button type="button" className="quiet" onClick={() => run("comments")} data-testid="comments">
          {commentsInWords(comments)} <kbd>{keyFor("comments")}</kbd>
        </button>
        <button type="button" className="quiet" onClick={() => run("entities")}>
          Entities <kbd>{keyFor("entities")}</kbd>
        </button>
        <button type="button" className="quiet" onClick={() => travel(true)} title="Undo">
          Undo
        </button>
        <button type="button" className="quiet" onClick={() => travel(false)} title="Redo">
          Redo
        </button>
        <button type="button" className="quiet" onClick={() => setShowKeys(true)}>
          Keys <kbd>{keyFor("keys")}</kbd>
        </button>
        {editable ? (
          <button type="button" className="primary" onClick={props.onComplete}>
            Complete <kbd>{keyFor("complete")}</kbd>
          </button>
        ) : (
          <button type="button" onClick={props.onReopen}>
            Reopen
          </button>
        )}
      </div>
      <ol className="turns" ref={list} tabIndex={0} aria-label="Turns of the conversation">
        {turns.map((turn, place) => (
          <TurnBubble
            key={turn.index}
            turn={turn}
            place={places[place]!}
            mentions={mentionsOf[place]!}
            colourOf={colourOf}
            talk={talkAt(place)}
            current={turn.index === at}
            editable={editable}
            choiceKeys={choiceKeys}
            searchKey={keyFor("search")}
            onPick={pick}
            onChoose={choose}
            onSearch={search}
          />
        ))}
      </ol>
      {searched && (
        <IntentPicker
          intents={project.intents}
          words={searched.text}
          current={searched.intent ?? searched.suggestion?.intent}
          onClose={() => setSearching(undefined)}
          onChoose={(intent) => {
            setSearching(undefined);
            choose(searched.index, intent);
          }}
        />
      )}
      {showComments && (
        <CommentDialog
          comments={comments}
          place={placeOfCurrent}
          words={current ? shortened(current.text) : ""}
          quote={(thread) => turnQuote(thread, transcript, places)}
          onClose={() => {
            setShowComments(false);
            list.current?.focus();
          }}
        />
      )}
      {showKeys && (
        <KeysDialog keys={keys} dialogs={transcriptDialogs} onClose={() => setShowKeys(false)} />
      )}
    </div>
  );
}
