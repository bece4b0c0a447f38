import { useMemo, useState } from "react";
import type { LabelUsage, SchemaChangeEffect, SchemaJob, SchemaOverview } from "../../api/types.ts";
import { ChangeButtons, FormerTable } from "../../ui/ChangeTables.tsx";
import { contrastWarnings } from "../../ui/contrast.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { ListTable } from "../../ui/ListTable.tsx";
import { titleOf, type Changing } from "./changing.ts";
import { PartsSection } from "./PartsSection.tsx";
import { doneOf } from "./progress.ts";
import { SchemaChangeDialog } from "./SchemaChangeDialog.tsx";

/** The labels with how they look, how often they occur, and how they change; relation types and attributes below them. */
export function LabelsTab(props: {
  projectId: string;
  schema: SchemaOverview;
  /** What was done last. */
  told: string;
  mayChange: boolean;
  onDone: (told: string) => void;
  onJob: (job: SchemaJob) => void;
  onStale: () => void;
  onGuideline: (label: string) => void;
}) {
  const { schema, mayChange } = props;
  const [changing, setChanging] = useState<Changing>();
  const labels = useMemo(() => schema.labels.map((usage) => usage.label), [schema]);
  const colourOf = useMemo(() => labelColours(labels), [labels]);
  const shared = new Map(schema.keyConflicts.flatMap(({ key, labels: names }) => names.map((name) => [name, { key, names }] as const)));

  return (
    <div className="page schema-page">
      <div className="page-head">
        <p className="hint" role="status" data-testid="told">
          {props.told ||
            (mayChange
              ? "A change shows what it does before it is carried out; the log of every document keeps what was there before."
              : "Those who manage the project can change its labels.")}
        </p>
        {mayChange && (
          <button type="button" className="primary" onClick={() => setChanging({ kind: "add", part: "label", name: "" })}>
            Add a label
          </button>
        )}
      </div>
      <ListTable label="Labels" columns={["Label", "Key", "#Mentions", "#Suggested", "#Documents", mayChange ? "Change" : "Guideline"]}>
        {schema.labels.map((usage) => (
          <Row
            key={usage.label.name}
            usage={usage}
            colour={colourOf(usage.label.name)}
            sharedWith={shared.get(usage.label.name)?.names.filter((name) => name !== usage.label.name) ?? []}
            mayChange={mayChange}
            onChange={(kind) => setChanging({ kind, part: "label", name: usage.label.name, label: usage.label })}
            onGuideline={() => props.onGuideline(usage.label.name)}
          />
        ))}
      </ListTable>
      {schema.labels.length === 0 && <p className="hint">The project has no labels.</p>}
      <FormerTable
        heading="Were labels"
        label="Former labels"
        kept="Archived mentions"
        mayRestore={mayChange}
        names={schema.former.map(({ label, now, archived, retired, retiredBy, version }) => ({
          key: label.name,
          name: label.name,
          now: now ?? null,
          kept: archived,
          by: retiredBy,
          at: retired,
          version,
          onRestore: () => setChanging({ kind: "restore", part: "label", name: label.name, label }),
        }))}
      />
      <PartsSection schema={schema} mayChange={mayChange} onChange={setChanging} />
      {changing && (
        <SchemaChangeDialog
          key={`${changing.kind} ${changing.part} ${changing.name}`}
          projectId={props.projectId}
          schema={schema}
          changing={changing}
          colour={changing.label && colourOf(changing.label.name)}
          onClose={() => setChanging(undefined)}
          onStale={props.onStale}
          onDone={(done: SchemaChangeEffect) => {
            setChanging(undefined);
            props.onDone(`${titleOf(changing)}: done, ${doneOf(changing.part, done)}`);
          }}
          onJob={(job) => {
            setChanging(undefined);
            props.onJob(job);
          }}
        />
      )}
    </div>
  );
}

const kinds = ["edit", "rename", "merge", "remove"] as const;

function Row(props: {
  usage: LabelUsage;
  colour: string;
  sharedWith: readonly string[];
  mayChange: boolean;
  onChange: (kind: (typeof kinds)[number]) => void;
  onGuideline: () => void;
}) {
  const { usage, colour } = props;
  const { label } = usage;
  const warnings = contrastWarnings(colour);
  return (
    <tr data-label={label.name}>
      <td>
        <span className="swatch" style={{ background: colour }} aria-hidden="true" /> <strong>{label.name}</strong>
        {label.description && <p className="hint">{label.description}</p>}
        {(label.examples?.length ?? 0) > 0 && <p className="hint">for example {label.examples!.slice(0, 6).join(", ")}</p>}
        {warnings.map((warning) => (
          <p key={warning} className="warning">
            Colour {colour}: {warning}
          </p>
        ))}
      </td>
      <td>
        {label.key ? <kbd>{label.key}</kbd> : <span className="muted">–</span>}
        {props.sharedWith.length > 0 && <p className="warning">also of {props.sharedWith.join(", ")}</p>}
      </td>
      <td className="number">{usage.decided.toLocaleString("en")}</td>
      <td className="number">{usage.suggested.toLocaleString("en")}</td>
      <td className="number">{usage.documents.toLocaleString("en")}</td>
      <td>
        <ChangeButtons kinds={props.mayChange ? kinds : []} of={label.name} onChoose={props.onChange}>
          <button type="button" className="quiet" aria-label={`Guideline of ${label.name}`} onClick={props.onGuideline}>
            Guideline
          </button>
        </ChangeButtons>
      </td>
    </tr>
  );
}
