import { useState } from "react";
import { api } from "../../api/client.ts";
import type { LabelDefinition, Project, SchemaChangeEffect, SchemaChangeRequest } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { ConfirmChange } from "./ConfirmChange.tsx";
import { EffectOf } from "./EffectOf.tsx";
import { changed, emptyLook, lookOf, problemsOf } from "./look.ts";
import { LookFields } from "./LookFields.tsx";

export type ChangeKind = SchemaChangeRequest["kind"];

const verbs: Record<ChangeKind, string> = {
  add: "Add",
  edit: "Save",
  rename: "Rename",
  merge: "Merge",
  remove: "Remove",
  restore: "Restore",
  take_back: "Take back",
};

/** A change of labels in two steps: what shall be done, and what that would do. */
export function SchemaChangeDialog(props: {
  project: Project;
  /** Of the schema that is shown. */
  version: number;
  kind: ChangeKind;
  label: LabelDefinition | undefined;
  colour: string | undefined;
  others: readonly string[];
  onClose: () => void;
  /** The schema that is shown is not the present one. */
  onStale: () => void;
  onChanged: (sentence: string) => void;
}) {
  const { project, kind, label } = props;
  const name = label?.name ?? "";
  const [to, setTo] = useState(kind === "rename" ? name : kind === "merge" ? (props.others[0] ?? "") : "");
  const [look, setLook] = useState(() => (label ? lookOf(label) : emptyLook));
  const [effect, setEffect] = useState<SchemaChangeEffect>();
  // What was shown no longer holds: the present schema is fetched, and the preview is asked for again.
  const { busy, problem, dismiss, attempt } = useAttempt((found) => {
    if (found.code !== "stale_schema") return;
    setEffect(undefined);
    props.onStale();
  });

  const takesLook = kind === "add" || kind === "edit";
  const takesName = kind === "add" || kind === "rename" || kind === "merge";
  const change: SchemaChangeRequest = {
    kind,
    // A merge names what it comes to as well, so that mentions of both over the same words become one.
    from: kind === "add" ? [] : kind === "merge" ? [name, to] : [name],
    ...(takesName ? { to: to.trim() } : {}),
    ...(takesLook ? { look: changed(look) } : {}),
  };
  const faults = takesLook ? problemsOf(look) : [];
  const ready = (!takesName || (to.trim() !== "" && to.trim() !== name)) && faults.length === 0;
  const title = { add: "Add a label", edit: `Edit ${name}`, rename: `Rename ${name}`, merge: `Merge ${name}`, remove: `Remove ${name}`, restore: `Restore ${name}`, take_back: "" }[kind];

  return (
    <Dialog title={title} onClose={props.onClose} wide>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {effect ? (
        <ConfirmChange
          projectId={project.id}
          change={{ ...change, version: props.version }}
          verb={verbs[kind]}
          onBack={() => setEffect(undefined)}
          attempt={attempt}
          busy={busy}
          onDone={(done) =>
            props.onChanged(`${title}: done, ${done.mentions} mentions in ${done.documents} documents. Version ${done.version}.`)
          }
        >
          <EffectOf kind={kind} name={name} to={to.trim()} effect={effect} />
        </ConfirmChange>
      ) : (
        <form
          className="change-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) void attempt(async () => setEffect(await api.previewSchema(project.id, change)));
          }}
        >
          {kind === "merge" && (
            <label>
              Into
              <select data-autofocus value={to} onChange={(event) => setTo(event.target.value)}>
                {props.others.map((other) => (
                  <option key={other}>{other}</option>
                ))}
              </select>
            </label>
          )}
          {(kind === "add" || kind === "rename") && (
            <label>
              Name
              <input data-autofocus value={to} onChange={(event) => setTo(event.target.value)} maxLength={200} />
            </label>
          )}
          {takesLook && <LookFields look={look} shownColour={props.colour} onChange={setLook} />}
          {faults.map((fault) => (
            <p key={fault} className="warning" role="alert">
              {fault}
            </p>
          ))}
          {kind === "remove" && (
            <p>
              Nothing can be marked {name} any more. What people had marked is archived: it stays in the store and in the log, can be shown
              beside the text, and comes back when the label is restored. Models no longer learn it, and files do not have it. To put
              another label in its place, merge it.
            </p>
          )}
          {kind === "restore" && <p>{name} can be marked again, and what was archived with it comes back.</p>}
          <p className="row">
            <span className="spacer" />
            <button type="submit" className="primary" disabled={busy || !ready} autoFocus={kind === "remove" || kind === "restore"}>
              See what changes
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}
