import { useMemo, useRef, useState } from "react";
import type { IntentDefinition } from "../api/types.ts";
import { Dialog } from "./Dialog.tsx";
import { choices, readable, search } from "./intentSearch.ts";

export function IntentPicker(props: {
  intents: readonly IntentDefinition[];
  words: string;
  current: string | null | undefined;
  onChoose: (intent: string) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const all = useMemo(() => choices(props.intents), [props.intents]);
  const found = useMemo(() => search(all, typed), [all, typed]);
  const active = Math.min(at, Math.max(0, found.length - 1));

  function move(to: number) {
    const next = Math.max(0, Math.min(found.length - 1, to));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  }

  return (
    <Dialog title="Choose an intent" onClose={props.onClose}>
      <p className="quote">{props.words}</p>
      <input
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="intent-choices"
        aria-activedescendant={found[active] ? `intent-${found[active].name}` : undefined}
        aria-label="Intent"
        placeholder="Type to filter"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move(active + 1);
          else if (event.key === "ArrowUp") move(active - 1);
          else if (event.key === "Enter" && found[active]) props.onChoose(found[active].name);
          else return;
          event.preventDefault();
        }}
      />
      <ul className="choices" id="intent-choices" role="listbox" aria-label="Intents" ref={list}>
        {found.map((intent, index) => (
          <li
            key={intent.name}
            id={`intent-${intent.name}`}
            role="option"
            aria-selected={index === active}
            onClick={() => props.onChoose(intent.name)}
            onMouseMove={() => setAt(index)}
          >
            <span>
              {readable(intent.name)}
              {intent.name === props.current && <span className="muted"> · now</span>}
            </span>
            {intent.description && <span className="hint">{intent.description}</span>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="hint">No intent matches.</p>}
    </Dialog>
  );
}
