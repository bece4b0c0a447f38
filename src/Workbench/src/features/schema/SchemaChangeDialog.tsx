import { useState } from "react";
import { api } from "../../api/client.ts";
import type { SchemaChangeEffect, SchemaJob, SchemaOverview } from "../../api/types.ts";
import { ChangeDialog, IntoField, NameField } from "../../ui/ChangeDialog.tsx";
import { changeWords } from "../../ui/changeWords.ts";
import { EffectOf } from "./EffectOf.tsx";
import {
  definitionFields,
  faultsOf,
  isReady,
  othersOf,
  requestOf,
  takesDefinition,
  takesLook,
  titleOf,
  type Changing,
  type DefinitionFields,
} from "./changing.ts";
import { emptyLook, lookOf } from "./look.ts";
import { LookFields } from "./LookFields.tsx";

/** A change of a label, relation type, attribute or value. */
export function SchemaChangeDialog(props: {
  projectId: string;
  schema: SchemaOverview;
  changing: Changing;
  /** The label's as it is shown. */
  colour?: string | undefined;
  onClose: () => void;
  /** The schema that is shown is not the present one. */
  onStale: () => void;
  onDone: (done: SchemaChangeEffect) => void;
  /** It takes its time. */
  onJob: (job: SchemaJob) => void;
}) {
  const { projectId, schema, changing } = props;
  const { kind, part, name } = changing;
  const others = othersOf(schema, changing);
  const [to, setTo] = useState(kind === "rename" ? name : kind === "merge" ? (others[0] ?? "") : "");
  const [look, setLook] = useState(() => (changing.label ? lookOf(changing.label) : emptyLook));
  const [definition, setDefinition] = useState(() => definitionFields(changing.definition));
  const filled = { to, look, definition };
  const change = requestOf(changing, filled);

  return (
    <ChangeDialog
      title={titleOf(changing)}
      verb={kind === "edit" ? "Save" : changeWords[kind]}
      ready={isReady(changing, filled)}
      explains={kind === "remove" || kind === "restore"}
      preview={() => api.previewSchema(projectId, change)}
      effectOf={(effect) => <EffectOf kind={kind} part={part} name={name} to={to.trim()} effect={effect} />}
      carryOut={async () => {
        const answer = await api.changeSchema(projectId, { ...change, version: schema.version });
        if ("state" in answer) props.onJob(answer);
        else props.onDone(answer);
      }}
      onStale={props.onStale}
      onClose={props.onClose}
    >
      {kind === "merge" && <IntoField names={others} value={to} onChange={setTo} />}
      {(kind === "add" || kind === "rename") && <NameField value={to} onChange={setTo} />}
      {takesLook(changing) && <LookFields look={look} shownColour={props.colour} onChange={setLook} />}
      {takesDefinition(changing) && <Definition of={part === "relation" ? "relation" : "attribute"} fields={definition} onChange={setDefinition} />}
      {faultsOf(changing, filled).map((fault) => (
        <p key={fault} className="warning" role="alert">
          {fault}
        </p>
      ))}
      {kind === "remove" && part === "label" && (
        <p>
          Nothing can be marked {name} any more. What people had marked is archived: it stays in the store and in the log, can be shown beside
          the text, and comes back when the label is restored. Models no longer learn it, and files do not have it. To put another label in its
          place, merge it.
        </p>
      )}
      {kind === "remove" && part !== "label" && (
        <p>{name} cannot be said any more. What people had said with it is archived, stays in the log, and comes back when it is restored.</p>
      )}
      {kind === "restore" && part === "label" && <p>{name} can be marked again, and what was archived with it comes back.</p>}
      {kind === "restore" && part !== "label" && (
        <p>{name} can be said again, and what was archived comes back where nothing else was said since.</p>
      )}
    </ChangeDialog>
  );
}

const definitionLabels: Record<"relation" | "attribute", readonly (readonly [keyof DefinitionFields, string])[]> = {
  relation: [
    ["from", "From labels, with commas; empty for any"],
    ["to", "To labels, with commas; empty for any"],
    ["description", "Description"],
  ],
  attribute: [
    ["labels", "Of labels, with commas; empty for any"],
    ["values", "Values, with commas; empty for anything"],
    ["description", "Description"],
  ],
};

function Definition(props: { of: "relation" | "attribute"; fields: DefinitionFields; onChange: (fields: DefinitionFields) => void }) {
  return definitionLabels[props.of].map(([field, label]) => (
    <label key={field}>
      {label}
      <input value={props.fields[field]} onChange={(event) => props.onChange({ ...props.fields, [field]: event.target.value })} />
    </label>
  ));
}
