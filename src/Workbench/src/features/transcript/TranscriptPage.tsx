import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Turn } from "../../api/types.ts";
import { isUndecidedTurn, takesIntent } from "../../corrections/apply.ts";
import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { KeysDialog, type KeyMeaning } from "../../ui/KeysDialog.tsx";
import { Meter } from "../../ui/parts.tsx";
import { useKeys } from "../../ui/useKeys.ts";
import { IntentPicker } from "./IntentPicker.tsx";
import { isUrgent, nextUrgentTurn } from "./redFlags.ts";
import { alternativesOf, TurnBubble } from "./TurnBubble.tsx";

export function nextUndecidedTurn(turns: readonly Turn[], after: number): number | undefined {
  const open = turns.filter((turn) => isUndecidedTurn(turn) && turn.index !== after);
  return (open.find((turn) => turn.index > after) ?? open[0])?.index;
}

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
  const [message, setMessage] = useState("");
  const current = turns.find((turn) => turn.index === at);

  const pick = useCallback((index: number) => {
    setAt(index);
    setMessage("");
  }, []);

  useEffect(() => {
    const first = nextUndecidedTurn(turns, -1) ?? patientTurns[0]?.index;
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
    if (next === undefined) setMessage("Every turn has its intent. Ctrl+Enter completes the transcript.");
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
    const changes = back ? session.undo() : session.redo();
    const turn = changes.find((change) => change.turn !== undefined)?.turn;
    if (turn !== undefined) pick(turn);
    setMessage(changes.length > 0 ? (back ? "Undone." : "Redone.") : back ? "There is nothing to undo." : "There is nothing to redo.");
    return true;
  }

  useKeys((_, key) => {
    switch (key) {
      case "j":
      case "ArrowDown":
        return step(1);
      case "k":
      case "ArrowUp":
        return step(-1);
      case "a":
      case "Enter": {
        const intent = current?.intent ?? current?.suggestion?.intent;
        if (!current || !intent) setMessage("There is no suggestion here: / opens the list of intents.");
        else choose(current.index, intent);
        return true;
      }
      case "x":
        return reject();
      case "/":
      case "i":
        if (current && editable) setSearching(current.index);
        return true;
      case "u":
        return goToUrgent();
      case "Ctrl+Z":
        return travel(true);
      case "Ctrl+Shift+Z":
      case "Ctrl+Y":
        return travel(false);
      case "Ctrl+Enter":
        if (editable) props.onComplete();
        return true;
      case "PageDown":
        props.onNext();
        return true;
      case "PageUp":
        props.onPrevious();
        return true;
      case "?":
        setShowKeys(true);
        return true;
    }
    if (/^[1-9]$/.test(key) && current) {
      const alternative = alternativesOf(current)[Number(key) - 1];
      if (alternative) choose(current.index, alternative.intent);
      else setMessage(`There is no choice ${key} here.`);
      return true;
    }
    return false;
  });

  const searched = turns.find((turn) => turn.index === searching);

  return (
    <div className="transcript">
      <div className="transcript-bar">
        <Meter value={patientTurns.length - undecided} total={patientTurns.length} label="Turns decided" />
        {urgent > 0 && (
          <button type="button" className="red-flag urgent" onClick={goToUrgent} title="Next turn with an urgent red flag (u)">
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
        <button type="button" className="quiet" onClick={() => travel(true)} title="Undo (Ctrl+Z)">
          Undo
        </button>
        <button type="button" className="quiet" onClick={() => travel(false)} title="Redo (Ctrl+Shift+Z)">
          Redo
        </button>
        <button type="button" className="quiet" onClick={() => setShowKeys(true)}>
          Keys <kbd>?</kbd>
        </button>
        {editable ? (
          <button type="button" className="primary" onClick={props.onComplete}>
            Complete <kbd>Ctrl Enter</kbd>
          </button>
        ) : (
          <button type="button" onClick={props.onReopen}>
            Reopen
          </button>
        )}
      </div>
      <ol className="turns" ref={list} tabIndex={0} aria-label="Turns of the conversation">
        {turns.map((turn) => (
          <TurnBubble
            key={turn.index}
            turn={turn}
            current={turn.index === at}
            editable={editable}
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
      {showKeys && <KeysDialog keys={keys} onClose={() => setShowKeys(false)} />}
    </div>
  );
}

const keys: KeyMeaning[] = [
  [["a", "Enter"], "accept the suggested intent"],
  [["1", "…", "9"], "choose this alternative"],
  [["/", "i"], "choose from all intents; type to filter, oos is out of scope"],
  [["x"], "reject the suggestion: the turn has no intent"],
  [["j", "k"], "next, previous turn of the patient"],
  [["u"], "next turn with an urgent red flag"],
  [["Ctrl+Z"], "undo"],
  [["Ctrl+Shift+Z"], "redo"],
  [["Ctrl+Enter"], "complete the transcript"],
  [["PageDown", "PageUp"], "next, previous document"],
  [["?"], "these keys"],
];
