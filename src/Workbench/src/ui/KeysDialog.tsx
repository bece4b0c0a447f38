import { useEffect, useRef, useState, type ReactNode } from "react";
import { Dialog } from "./Dialog.tsx";
import { dialogCommands, type DialogMode } from "./dialogKeys.ts";
import { conflictsOf, keyName, readKeyFile, withKey, withoutChoice, type Command, type KeyFile } from "./keymap.ts";
import { nameOf } from "./useKeys.ts";
import { useKeymap, type PageKeys } from "./useKeymap.ts";

const noDialogs: readonly DialogMode[] = [];

/** A command that gets a key, and the table it stands in. */
interface Asked {
  keys: PageKeys;
  command: Command;
}

/** What every key of a page does now, and the changing of it; children say what is not a key. */
export function KeysDialog(props: {
  keys: PageKeys;
  labels?: ReadonlyMap<string, string>;
  /** Dialogs of the page whose keys can be changed. */
  dialogs?: readonly DialogMode[];
  onClose: () => void;
  children?: ReactNode;
}) {
  const { map, choices, choose, page } = props.keys;
  const dialogKeys: PageKeys = useKeymap("dialogs", dialogCommands);
  const dialogs = props.dialogs ?? noDialogs;
  const [changing, setChanging] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const [told, setTold] = useState("");
  const conflicts = [...conflictsOf(map), ...(dialogs.length > 0 ? conflictsOf(dialogKeys.map) : [])];

  function take({ keys, command }: Asked, key: string) {
    const others = keys.map.commands.filter(
      (other) => other.id !== command.id && other.mode === command.mode && keys.map.keysOf(other.id).includes(key),
    );
    const label = keys.page === page ? [...(props.labels ?? [])].find(([, taken]) => taken === key)?.[0] : undefined;
    keys.choose(withKey(keys.map, keys.choices, command.id, key));
    setAsked(undefined);
    setTold(
      others.length > 0
        ? `${keyName(key)} was the key of “${others[0]!.does}”, which has it no longer.`
        : label
          ? `${keyName(key)} was the key of ${label}, which has another one now.`
          : `${keyName(key)}: ${command.does}.`,
    );
  }

  async function bring(file: File | undefined) {
    if (!file) return;
    const answer = readKeyFile(await file.text(), page, map.commands, dialogCommands);
    if ("choices" in answer) {
      choose(answer.choices);
      if (answer.dialogs) dialogKeys.choose(answer.dialogs);
    }
    setTold("refused" in answer ? answer.refused : "The keys of the file are in use.");
  }

  const rows = (keys: PageKeys, commands: readonly Command[]) => (
    <KeyRows keys={keys} commands={commands} changing={changing} asked={asked} onAsk={(command) => setAsked({ keys, command })} />
  );

  return (
    <Dialog title="Keys" onClose={props.onClose} wide>
      <KeyCatcher asked={asked} onKey={take} onLeave={() => setAsked(undefined)} />
      <dl className="keys">
        {rows(props.keys, map.commands)}
        {rows(dialogKeys, dialogKeys.map.commands.filter(({ mode }) => dialogs.some((dialog) => dialog === mode)))}
        {[...(props.labels ?? [])].map(([label, key]) => (
          <div key={`label ${label}`}>
            <dt>
              <kbd>{keyName(key)}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      {props.children}
      <p className="hint">
        Fixed in dialogs, lists to choose from and fields: <kbd>Enter</kbd> takes what is chosen, <kbd>Esc</kbd> leaves, <kbd>Tab</kbd> and the
        arrows go from one to the next.
      </p>
      <p className="hint" role="status" data-testid="keys-told">
        {conflicts.length > 0
          ? `${keyName(conflicts[0]!.key)} is claimed by more than one command: ${conflicts[0]!.commands.map((c) => c.does).join("; ")}.`
          : told}
      </p>
      {changing ? (
        <div className="row">
          <button
            type="button"
            onClick={() => {
              choose({});
              if (dialogs.length > 0) dialogKeys.choose({});
            }}
          >
            Reset all
          </button>
          <button type="button" onClick={() => download({ format: "clinicalnlp-keys", page, keys: choices, ...(dialogs.length > 0 ? { dialogs: dialogKeys.choices } : {}) })}>
            Export
          </button>
          <label className="file-button">
            Import
            <input type="file" accept="application/json,.json" onChange={(event) => void bring(event.target.files?.[0])} />
          </label>
        </div>
      ) : (
        <button type="button" onClick={() => setChanging(true)}>
          Change keys
        </button>
      )}
    </Dialog>
  );
}

function KeyRows(props: {
  keys: PageKeys;
  commands: readonly Command[];
  changing: boolean;
  asked: Asked | undefined;
  onAsk: (command: Command) => void;
}) {
  const { map, choices, choose } = props.keys;
  return props.commands.map((command) => (
    <div key={command.id} data-command={command.id}>
      <dt>
        {map.keysOf(command.id).map((key) => (
          <kbd key={key}>{keyName(key)}</kbd>
        ))}
        {map.keysOf(command.id).length === 0 && <span className="muted">none</span>}
      </dt>
      <dd>{command.does}</dd>
      {props.changing && (
        <dd className="row">
          <button
            type="button"
            aria-label={`Change the key: ${command.does}`}
            aria-pressed={props.asked?.command.id === command.id}
            onClick={() => props.onAsk(command)}
          >
            {props.asked?.command.id === command.id ? "Press a key…" : "Change"}
          </button>
          {choices[command.id] && (
            <button type="button" className="quiet" onClick={() => choose(withoutChoice(choices, command.id))}>
              Reset
            </button>
          )}
        </dd>
      )}
    </div>
  ));
}

/** While a key is asked for, the next one is taken before the dialog and the browser see it; Escape gives up. */
function KeyCatcher(props: { asked: Asked | undefined; onKey: (asked: Asked, key: string) => void; onLeave: () => void }) {
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const asked = props.asked;
    if (!asked) return;
    const listen = (event: KeyboardEvent) => {
      if (["Shift", "Control", "Alt", "AltGraph", "Meta"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape" && !asked.command.keys.includes("Escape")) latest.current.onLeave();
      else latest.current.onKey(asked, nameOf(event));
    };
    addEventListener("keydown", listen, true);
    return () => removeEventListener("keydown", listen, true);
  }, [props.asked]);
  return null;
}

function download(file: KeyFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: "application/json" }));
  link.download = `clinicalnlp-keys-${file.page}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
