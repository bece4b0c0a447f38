import { useState } from "react";
import { api } from "../../api/client.ts";
import type { PartDefinition, SchemaChangeEffect, SchemaChangeRequest, SchemaOverview, SchemaPart } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { ConfirmChange } from "./ConfirmChange.tsx";
import { EffectOf } from "./EffectOf.tsx";
import type { ChangeKind } from "./SchemaChangeDialog.tsx";

export interface PartChange {
  kind: ChangeKind;
  part: SchemaPart;
  name: string;
  /** Whose value it is. */
  attribute?: string;
  definition?: {
    from?: readonly string[] | null;
    to?: readonly string[] | null;
    labels?: readonly string[] | null;
    values?: readonly string[] | null;
    description?: string | null;
  };
}

const verbs: Record<ChangeKind, string> = {
  add: "Add",
  edit: "Save",
  rename: "Rename",
  merge: "Merge",
  remove: "Remove",
  restore: "Restore",
  take_back: "Take back",
};
const nouns: Record<SchemaPart, string> = { label: "label", relation: "relation type", attribute: "attribute", value: "value" };
const listed = (text: string) => text.split(/[\n,]/).map((name) => name.trim()).filter((name) => name !== "");

/** A change of a relation type, an attribute or a value in two steps, as of labels. */
export function PartDialog(props: {
  projectId: string;
  schema: SchemaOverview;
  changing: PartChange;
  onClose: () => void;
  onStale: () => void;
  onChanged: (sentence: string) => void;
}) {
  const { projectId, schema, changing } = props;
  const { kind, part, name } = changing;
  const others = othersOf(schema, changing);
  const [to, setTo] = useState(kind === "rename" ? name : kind === "merge" ? (others[0] ?? "") : "");
  const [from, setFrom] = useState((changing.definition?.from ?? []).join(", "));
  const [until, setUntil] = useState((changing.definition?.to ?? []).join(", "));
  const [labels, setLabels] = useState((changing.definition?.labels ?? []).join(", "));
  const [values, setValues] = useState((changing.definition?.values ?? []).join(", "));
  const [description, setDescription] = useState(changing.definition?.description ?? "");
  const [effect, setEffect] = useState<SchemaChangeEffect>();
  // What was shown no longer holds: the present schema is fetched, and the preview is asked for again.
  const { busy, problem, dismiss, attempt } = useAttempt((found) => {
    if (found.code !== "stale_schema") return;
    setEffect(undefined);
    props.onStale();
  });

  const takesName = kind === "add" || kind === "rename" || kind === "merge";
  const takesDefinition = (kind === "add" || kind === "edit") && part !== "value";
  const definition: PartDefinition = {
    ...(part === "relation" ? { from: listed(from), to: listed(until) } : { labels: listed(labels), values: listed(values) }),
    ...(description.trim() && { description: description.trim() }),
  };
  const change: SchemaChangeRequest = {
    kind,
    part,
    from: kind === "add" ? [] : kind === "merge" ? [name, to] : [name],
    ...(takesName ? { to: to.trim() } : {}),
    ...(changing.attribute ? { attribute: changing.attribute } : {}),
    ...(takesDefinition ? { definition } : {}),
  };
  const ready = !takesName || (to.trim() !== "" && to.trim() !== name);
  const title = kind === "add" ? `Add ${part === "attribute" ? "an" : "a"} ${nouns[part]}` : `${verbs[kind] === "Save" ? "Edit" : verbs[kind]} ${name}`;

  const field = (label: string, value: string, set: (text: string) => void) => (
    <label>
      {label}
      <input value={value} onChange={(event) => set(event.target.value)} />
    </label>
  );

  return (
    <Dialog title={title} onClose={props.onClose} wide>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {effect ? (
        <ConfirmChange
          projectId={projectId}
          change={{ ...change, version: schema.version }}
          verb={verbs[kind]}
          busy={busy}
          attempt={attempt}
          onBack={() => setEffect(undefined)}
          onDone={(done) => props.onChanged(`${title}: done in ${done.documents} documents. Version ${done.version}.`)}
        >
          <EffectOf kind={kind} part={part} name={name} to={to.trim()} effect={effect} />
        </ConfirmChange>
      ) : (
        <form
          className="change-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) void attempt(async () => setEffect(await api.previewSchema(projectId, change)));
          }}
        >
          {kind === "merge" && (
            <label>
              Into
              <select data-autofocus value={to} onChange={(event) => setTo(event.target.value)}>
                {others.map((other) => (
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
          {takesDefinition && part === "relation" && (
            <>
              {field("From labels, with commas; empty for any", from, setFrom)}
              {field("To labels, with commas; empty for any", until, setUntil)}
            </>
          )}
          {takesDefinition && part === "attribute" && (
            <>
              {field("Of labels, with commas; empty for any", labels, setLabels)}
              {field("Values, with commas; empty for anything", values, setValues)}
            </>
          )}
          {takesDefinition && field("Description", description, setDescription)}
          {kind === "remove" && (
            <p>
              {name} cannot be said any more. What people had said with it is archived, stays in the log, and comes back when it is restored.
            </p>
          )}
          {kind === "restore" && <p>{name} can be said again, and what was archived comes back where nothing else was said since.</p>}
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

/** What it may be merged into: of assertions other assertions only. */
function othersOf(schema: SchemaOverview, { part, name, attribute }: PartChange): string[] {
  const all =
    part === "relation"
      ? schema.relations.map(({ relation }) => relation.name)
      : part === "attribute"
        ? schema.attributes
            .filter((usage) => usage.isAssertion === schema.attributes.find((own) => own.attribute.name === name)?.isAssertion)
            .map((usage) => usage.attribute.name)
        : (schema.attributes.find((usage) => usage.attribute.name === attribute)?.attribute.values ?? []);
  return all.filter((other) => other !== name);
}
