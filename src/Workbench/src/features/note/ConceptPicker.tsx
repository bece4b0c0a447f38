import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { asProblem } from "../../api/problem.ts";
import type { FoundConcept, FoundConcepts } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";

/** Milliseconds after the last letter. */
const rest = 120;
const most = 12;

/** Searches concepts by name. Enter links the chosen one, or no longer where it is linked; with Shift the search stays open. */
export function ConceptPicker(props: {
  words: string;
  label: string;
  linked: readonly string[];
  onChoose: (concept: FoundConcept) => void;
  onClose: () => void;
}) {
  const { label, linked } = props;
  const [typed, setTyped] = useState(props.words);
  const [found, setFound] = useState<FoundConcepts>();
  const [problem, setProblem] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const sought = typed.trim();
  const items = found?.items ?? [];
  const active = Math.min(at, Math.max(0, items.length - 1));

  useEffect(() => {
    if (sought === "") return setFound(undefined);
    let left = false;
    const timer = setTimeout(
      () =>
        api.findConcepts(sought, label, most).then(
          (answer) => {
            if (left) return;
            setFound(answer);
            setProblem("");
            setAt(0);
          },
          (error: unknown) => left || setProblem(asProblem(error).detail),
        ),
      rest,
    );
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [sought, label]);

  function move(to: number) {
    const next = Math.max(0, Math.min(items.length - 1, to));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  }

  function choose(concept: FoundConcept, stay: boolean) {
    props.onChoose(concept);
    if (!stay) props.onClose();
  }

  return (
    <Dialog title="Link to a concept" onClose={props.onClose} wide>
      <input
        data-autofocus
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls="concept-choices"
        aria-activedescendant={items[active] ? `concept-${active}` : undefined}
        aria-label="Concept"
        placeholder="A name, a short form or a code"
        maxLength={200}
        value={typed}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move(active + 1);
          else if (event.key === "ArrowUp") move(active - 1);
          else if (event.key === "Enter" && items[active]) choose(items[active], event.shiftKey);
          else return;
          event.preventDefault();
        }}
      />
      <ul className="choices concepts" id="concept-choices" role="listbox" aria-label="Concepts" ref={list}>
        {items.map((concept, index) => (
          <li
            key={concept.concept}
            id={`concept-${index}`}
            role="option"
            aria-selected={index === active}
            onClick={(event) => choose(concept, event.shiftKey)}
            onMouseMove={() => setAt(index)}
          >
            <span>
              {linked.includes(concept.concept) && <strong>✓ linked </strong>}
              {concept.name}
              {concept.matched !== concept.name && <span className="muted"> · {concept.matched}</span>}
            </span>
            <span className="hint">{concept.concept}</span>
          </li>
        ))}
      </ul>
      <p className="hint" role="status">
        {problem || told(sought, found)}
      </p>
      <p className="hint">
        <kbd>Enter</kbd> links it, or takes the link away; <kbd>Shift</kbd> <kbd>Enter</kbd> and the search stays open.
      </p>
    </Dialog>
  );
}

function told(sought: string, found: FoundConcepts | undefined): string {
  if (found?.terminologies.length === 0) return "No terminology was imported; a manager does it with the command terminology import.";
  if (sought === "" || !found) return "";
  return found.items.length === 0 ? "No concept matches." : `${found.items.length} found.`;
}
