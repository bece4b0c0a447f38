import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Mention } from "../../api/types.ts";
import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { moveSelection, selectedSpan, type KeySelection } from "../../text/spanEditing.ts";
import { tokenAfter, tokenize, type Span } from "../../text/tokens.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { Empty, Meter } from "../../ui/parts.tsx";
import { useKeys } from "../../ui/useKeys.ts";
import * as decide from "./decisions.ts";
import { CurrentMention } from "./CurrentMention.tsx";
import { labelKeys } from "./labelKeys.ts";
import { MentionList } from "./MentionList.tsx";
import { NoteKeys } from "./NoteKeys.tsx";
import { TextSurface, type SurfaceHandle } from "./TextSurface.tsx";
import { neighbour, nextUndecided } from "./walk.ts";

const thresholdSetting = "clinicalnlp.threshold";

export function NotePage(props: DocumentViewProps) {
  const { project, document: note, session } = props;
  const surface = useRef<SurfaceHandle>(null);
  const editable = note.status !== "done";
  const words = useMemo(() => ({ text: note.text, tokens: tokenize(note.text) }), [note.text]);
  const colourOf = useMemo(() => labelColours(project.labels), [project.labels]);
  const keyOf = useMemo(() => labelKeys(project.labels), [project.labels]);
  const [chosen, setChosen] = useState<string>();
  const [dragged, setDragged] = useState<Span>();
  const [keySelection, setKeySelection] = useState<KeySelection>();
  const [threshold, setThreshold] = useState(() => Number(localStorage.getItem(thresholdSetting) ?? 0.9) || 0.9);
  const [message, setMessage] = useState("");
  const [showKeys, setShowKeys] = useState(false);

  const mentions = note.mentions;
  const currentId = chosen === undefined ? undefined : session.currentId(chosen);
  const current = mentions.find((mention) => mention.id === currentId);
  const selection = keySelection ? selectedSpan(words.tokens, keySelection) : dragged;
  const open = mentions.filter((mention) => mention.state === "suggested").length;
  const sure = mentions.filter((mention) => decide.sureEnough(mention, threshold)).length;

  const choose = useCallback((id: string | undefined, span?: Span) => {
    setChosen(id);
    setDragged(undefined);
    setKeySelection(undefined);
    setMessage("");
    if (span) surface.current?.reveal(span);
  }, []);

  const chooseById = useCallback(
    (id: string | undefined) => {
      choose(id, mentions.find((mention) => mention.id === id));
    },
    [choose, mentions],
  );

  // On opening: the first thing to decide, and the keys go to the text.
  useEffect(() => {
    choose(undefined);
    chooseById(nextUndecided(note.mentions, undefined));
    surface.current?.focus();
    // Only when another document is opened.
    // eslint-disable-next-line
  }, [note.id]);

  /** Carries a decision out; afterwards `next` is current. */
  function carryOut(decision: decide.Decision, next: "stay" | "undecided", focus?: Mention): boolean {
    if (!editable) {
      setMessage("The document is done. Reopen it to change it.");
      return true;
    }
    if ("refused" in decision) {
      setMessage(decision.refused);
      return true;
    }
    const following = next === "undecided" ? nextUndecided(mentions, focus?.id) : undefined;
    session.perform(decision.changes);
    setMessage("");
    setDragged(undefined);
    setKeySelection(undefined);
    if (next === "undecided") {
      if (following) chooseById(following);
      else if (focus && decision.changes.some((change) => change.action === "reject" || change.action === "remove")) {
        choose(neighbour(mentions, focus.id, 1) === focus.id ? neighbour(mentions, focus.id, -1) : neighbour(mentions, focus.id, 1));
      }
    }
    return true;
  }

  function label(name: string): boolean {
    if (selection) {
      const decision = decide.add(mentions, selection, name, session.newMentionId());
      carryOut(decision, "stay");
      if ("changes" in decision && editable) setChosen(decision.changes[0]!.mentionId);
      return true;
    }
    return current ? carryOut(decide.relabel(mentions, current, name), "undecided", current) : false;
  }

  function travel(back: boolean): boolean {
    const changes = back ? session.undo() : session.redo();
    if (changes.length === 0) {
      setMessage(back ? "There is nothing to undo." : "There is nothing to redo.");
      return true;
    }
    const touched = changes.find((change) => change.mentionId)?.mentionId;
    const now = session.view().document?.mentions.find((mention) => mention.id === (touched && session.currentId(touched)));
    if (now) choose(now.id, now);
    setMessage(back ? "Undone." : "Redone.");
    return true;
  }

  function startKeySelection(): boolean {
    if (!editable || words.tokens.length === 0) return false;
    const from = selection?.start ?? current?.end ?? surface.current?.top() ?? 0;
    const at = Math.min(words.tokens.length - 1, tokenAfter(words.tokens, from));
    setDragged(undefined);
    moveKeySelection({ anchor: at, head: at });
    setMessage("Selecting by keys: arrows move, Shift extends, a label key marks, Esc leaves.");
    return true;
  }

  function moveKeySelection(next: KeySelection): boolean {
    setKeySelection(next);
    const token = words.tokens[next.head];
    if (token) surface.current?.reveal(token);
    return true;
  }

  function selectionKey(key: string, selected: KeySelection): boolean {
    const extend = key.startsWith("Shift+");
    switch (extend ? key.slice(6) : key) {
      case "ArrowRight":
        return moveKeySelection(moveSelection(words.tokens, selected, 1, extend));
      case "ArrowLeft":
        return moveKeySelection(moveSelection(words.tokens, selected, -1, extend));
      case "ArrowDown":
      case "ArrowUp": {
        const from = words.tokens[selected.head]!.start;
        const offset = surface.current?.vertical(from, key.endsWith("Down")) ?? from;
        const to = Math.min(words.tokens.length - 1, tokenAfter(words.tokens, offset));
        return moveKeySelection(moveSelection(words.tokens, selected, to - selected.head, extend));
      }
      default:
        return false;
    }
  }

  useKeys((event, key) => {
    if (key === "Escape") {
      if (selection) {
        setDragged(undefined);
        setKeySelection(undefined);
        setMessage("");
      } else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return true;
    }
    if (keySelection && selectionKey(key, keySelection)) return true;
    const inText = document.activeElement === document.body || document.activeElement?.closest(".text-surface") !== null;
    if (inText && (key === "Tab" || key === "Shift+Tab")) return step(key === "Tab" ? 1 : -1);
    const edge = edgeOf(key);
    if (edge) {
      return current
        ? carryOut(decide.nudge(words, mentions, current, edge.edge, edge.direction, edge.step), "stay")
        : false;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (key === "Ctrl+Z") return travel(true);
      if (key === "Ctrl+Shift+Z" || key === "Ctrl+Y") return travel(false);
      if (key === "Ctrl+Enter" && editable) return run(props.onComplete);
      return false;
    }
    switch (key) {
      case "j":
        return step(1);
      case "k":
        return step(-1);
      case "a":
        return current ? carryOut(decide.accept(current), "undecided", current) : false;
      case "x":
      case "Delete":
        return current ? carryOut(decide.reject(current), "undecided", current) : false;
      case "A":
        return acceptSure();
      case "n":
        return startKeySelection();
      case "?":
        return run(() => setShowKeys(true));
      case "Enter":
        return editable ? run(props.onComplete) : run(props.onNext);
      case "PageDown":
        return run(props.onNext);
      case "PageUp":
        return run(props.onPrevious);
    }
    const named = project.labels.find((definition) => keyOf.get(definition.name) === key);
    return named ? label(named.name) : false;
  });

  const edgeOf = decide.edgeKey;

  function acceptSure(): boolean {
    return carryOut(decide.acceptAbove(mentions, threshold), "stay");
  }

  function step(by: 1 | -1): boolean {
    chooseById(neighbour(mentions, currentId, by));
    return true;
  }

  function pick(ids: string[]) {
    // A second click on overlapping mentions goes to the one around.
    const at = ids.indexOf(currentId ?? "");
    choose(ids[(at + 1) % ids.length]);
  }

  return (
    <div className="note">
      <div className="note-text">
        <TextSurface
          ref={surface}
          text={note.text}
          tokens={words.tokens}
          mentions={mentions}
          currentId={currentId}
          selection={selection}
          editable={editable}
          colourOf={colourOf}
          onPick={pick}
          onSelect={(span) => {
            setKeySelection(undefined);
            setDragged(span);
            setMessage("");
          }}
          onResize={(id, span) => {
            const mention = mentions.find((candidate) => candidate.id === id);
            if (mention) carryOut(decide.resize(mentions, mention, span), "stay");
          }}
        />
        <p className="note-message" role="status" data-testid="message">
          {message}
        </p>
      </div>
      <aside className="panel" aria-label="Corrections">
        <section>
          <Meter value={mentions.length - open} total={mentions.length} label="Mentions decided" />
        </section>
        <CurrentMention
          text={note.text}
          current={current}
          selection={selection}
          editable={editable}
          colourOf={colourOf}
          onAccept={() => current && carryOut(decide.accept(current), "undecided", current)}
          onReject={() => current && carryOut(decide.reject(current), "undecided", current)}
          onNudge={(key) => {
            const edge = edgeOf(key);
            if (edge && current) carryOut(decide.nudge(words, mentions, current, edge.edge, edge.direction, edge.step), "stay");
          }}
        />
        <section aria-label="Labels">
          <div className="labels">
            {project.labels.map((definition) => (
              <button
                key={definition.name}
                type="button"
                className="label-button"
                style={{ "--label": colourOf(definition.name) } as React.CSSProperties}
                disabled={!editable || (!selection && !current)}
                aria-pressed={!selection && current?.label === definition.name}
                title={definition.description ?? undefined}
                onClick={() => label(definition.name)}
              >
                <span className="label-name">{definition.name}</span>
                {keyOf.has(definition.name) && <kbd>{keyOf.get(definition.name)}</kbd>}
              </button>
            ))}
          </div>
        </section>
        {editable && (
          <section className="threshold">
            <label htmlFor="threshold">
              Accept all at or above <strong className="numbers">{threshold.toFixed(2)}</strong>
            </label>
            <div className="row">
              <input
                id="threshold"
                type="range"
                min={0.5}
                max={0.99}
                step={0.01}
                value={threshold}
                onChange={(event) => {
                  setThreshold(Number(event.target.value));
                  localStorage.setItem(thresholdSetting, event.target.value);
                }}
              />
              <button type="button" disabled={sure === 0} onClick={acceptSure}>
                Accept {sure} <kbd>A</kbd>
              </button>
            </div>
          </section>
        )}
        <section className="grow">
          {mentions.length === 0 ? (
            <Empty title="Nothing is marked">
              {editable && (
                <button type="button" onClick={props.onSuggest}>
                  Ask the model
                </button>
              )}
            </Empty>
          ) : (
            <MentionList text={note.text} mentions={mentions} currentId={currentId} colourOf={colourOf} onPick={chooseById} />
          )}
        </section>
        <section className="row panel-foot">
          <button type="button" className="quiet" onClick={() => travel(true)} title="Undo (Ctrl+Z)">
            Undo
          </button>
          <button type="button" className="quiet" onClick={() => travel(false)} title="Redo (Ctrl+Shift+Z)">
            Redo
          </button>
          <button type="button" className="quiet" onClick={() => setShowKeys(true)} aria-label="Keys" title="All keys">
            <kbd>?</kbd>
          </button>
          <span className="spacer" />
          {editable ? (
            <button type="button" className="primary" onClick={props.onComplete}>
              Complete <kbd>Enter</kbd>
            </button>
          ) : (
            <button type="button" onClick={props.onReopen}>
              Reopen
            </button>
          )}
        </section>
      </aside>
      {showKeys && <NoteKeys onClose={() => setShowKeys(false)} />}
    </div>
  );
}

function run(action: () => void): boolean {
  action();
  return true;
}
