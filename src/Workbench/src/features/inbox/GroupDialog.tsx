import { useState } from "react";
import { api } from "../../api/client.ts";
import type { InboxUtterance } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { outOfScope, readable } from "../../ui/intentSearch.ts";
import { placeOf, printed, type Keymap } from "../../ui/keymap.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useKeysOfDialog } from "../../ui/useDialogKeys.ts";
import { choiceCommands, type InboxCommand } from "./commands.ts";
import { alternativesOf, isUndecided, nameOf } from "./utterances.ts";

/** Shows all utterances in nearly the same words before one decision labels them; those that were decided are left alone unless chosen. */
export function GroupDialog(props: {
  projectId: string;
  utterance: InboxUtterance;
  /** The keys of the inbox hold here too. */
  map: Keymap<InboxCommand>;
  onChoose: (intent: string, members: InboxUtterance[]) => void;
  onSearch: (members: InboxUtterance[]) => void;
  onClose: () => void;
}) {
  const { utterance } = props;
  const similar = useAnswer(`similar ${nameOf(utterance)}`, () => api.similar(props.projectId, utterance.documentId, utterance.turn));
  const [left, setLeft] = useState<ReadonlySet<string>>();
  const members = similar.value ?? [];
  const leftOut = left ?? new Set(members.filter((member) => !isUndecided(member) && nameOf(member) !== nameOf(utterance)).map(nameOf));
  const chosen = members.filter((member) => !leftOut.has(nameOf(member)));
  const alternatives = alternativesOf(utterance);
  const first = utterance.intent ?? alternatives[0]?.intent;

  function toggle(name: string) {
    const next = new Set(leftOut);
    if (!next.delete(name)) next.add(name);
    setLeft(next);
  }

  useKeysOfDialog((key) => {
    const command = props.map.commandOf(key);
    if (command === undefined || chosen.length === 0) return false;
    const alternative = alternatives[placeOf("choose", command) ?? -1];
    if (command === "outOfScope") props.onChoose(outOfScope, chosen);
    else if (command === "search") props.onSearch(chosen);
    // Enter is the key of the button that has the focus.
    else if (command === "accept" && key !== "Enter" && first) props.onChoose(first, chosen);
    else if (alternative) props.onChoose(alternative.intent, chosen);
    else return false;
    return true;
  });

  return (
    <Dialog title={similar.value ? `${members.length} in nearly the same words` : "In nearly the same words"} onClose={props.onClose} wide>
      {similar.problem && <ProblemBox problem={similar.problem} onRetry={similar.reload} />}
      {!similar.value && !similar.problem && <Loading what="utterances alike" />}
      {similar.value && (
        <div>
          <ul className="group" aria-label="Utterances alike">
            {members.map((member) => (
              <li key={nameOf(member)}>
                <label>
                  <input type="checkbox" checked={!leftOut.has(nameOf(member))} onChange={() => toggle(nameOf(member))} />
                  {member.text}
                  {member.state && <span className="hint"> · decided: {member.intent ? readable(member.intent) : "no intent"}</span>}
                </label>
              </li>
            ))}
          </ul>
          <p className="hint">
            One decision labels {chosen.length} {chosen.length === 1 ? "utterance" : "utterances"}.
          </p>
          <div className="alternatives" role="group" aria-label="Intents to choose from">
            {alternatives.map((alternative, index) => (
              <button
                key={alternative.intent}
                type="button"
                disabled={chosen.length === 0}
                autoFocus={index === 0}
                onClick={() => props.onChoose(alternative.intent, chosen)}
              >
                <kbd>{printed(props.map, choiceCommands[index]!)}</kbd> {readable(alternative.intent)}
              </button>
            ))}
            <button type="button" autoFocus={alternatives.length === 0} disabled={chosen.length === 0} onClick={() => props.onChoose(outOfScope, chosen)}>
              <kbd>{printed(props.map, "outOfScope")}</kbd> out of scope
            </button>
            <button type="button" className="quiet" disabled={chosen.length === 0} onClick={() => props.onSearch(chosen)}>
              <kbd>{printed(props.map, "search")}</kbd> another…
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
