import { useMemo, useState } from "react";
import type { LabelDefinition, LabelUsage, Project, SchemaOverview } from "../../api/types.ts";
import { contrastWarnings } from "../../ui/contrast.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { PartsSection } from "./PartsSection.tsx";
import { SchemaChangeDialog, type ChangeKind } from "./SchemaChangeDialog.tsx";

interface Changing {
  kind: ChangeKind;
  label?: LabelDefinition;
}

/** The labels with how they look, how often they occur, and how they change. */
export function LabelsTab(props: {
  project: Project;
  schema: SchemaOverview;
  mayChange: boolean;
  onChanged: () => void;
  onStale: () => void;
  onGuideline: (label: string) => void;
}) {
  const { schema, mayChange } = props;
  const [changing, setChanging] = useState<Changing>();
  const [told, setTold] = useState("");
  const labels = useMemo(() => schema.labels.map((usage) => usage.label), [schema]);
  const colourOf = useMemo(() => labelColours(labels), [labels]);
  const shared = new Map(schema.keyConflicts.flatMap(({ key, labels: names }) => names.map((name) => [name, { key, names }] as const)));

  return (
    <div className="page schema-page">
      <div className="page-head">
        <p className="hint" role="status" data-testid="told">
          {told ||
            (mayChange
              ? "A change shows what it does before it is carried out; the log of every document keeps what was there before."
              : "Those who manage the project can change its labels.")}
        </p>
        {mayChange && (
          <button type="button" className="primary" onClick={() => setChanging({ kind: "add" })}>
            Add a label
          </button>
        )}
      </div>
      <table className="list" aria-label="Labels">
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Key</th>
            <th scope="col" className="number">
              Mentions
            </th>
            <th scope="col" className="number">
              Suggested
            </th>
            <th scope="col" className="number">
              Documents
            </th>
            <th scope="col">{mayChange ? "Change" : "Guideline"}</th>
          </tr>
        </thead>
        <tbody>
          {schema.labels.map((usage) => (
            <Row
              key={usage.label.name}
              usage={usage}
              colour={colourOf(usage.label.name)}
              sharedWith={shared.get(usage.label.name)?.names.filter((name) => name !== usage.label.name) ?? []}
              mayChange={mayChange}
              onChange={(kind) => setChanging({ kind, label: usage.label })}
              onGuideline={() => props.onGuideline(usage.label.name)}
            />
          ))}
        </tbody>
      </table>
      {schema.labels.length === 0 && <p className="hint">The project has no labels.</p>}
      {schema.former.length > 0 && (
        <>
          <h2 className="section-head">Were labels</h2>
          <table className="list" aria-label="Former labels">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Now</th>
                <th scope="col" className="number">
                  Archived mentions
                </th>
                <th scope="col">By</th>
                {mayChange && <th scope="col">Change</th>}
              </tr>
            </thead>
            <tbody>
              {schema.former.map((former) => (
                <tr key={former.label.name} data-former={former.label.name}>
                  <td>{former.label.name}</td>
                  <td>{former.now ?? "removed, archived"}</td>
                  <td className="number">{former.archived}</td>
                  <td>
                    {former.retiredBy}, {new Date(former.retired).toLocaleDateString()}, version {former.version}
                  </td>
                  {mayChange && (
                    <td>
                      {!former.now && (
                        <button
                          type="button"
                          className="quiet"
                          aria-label={`Restore ${former.label.name}`}
                          onClick={() => setChanging({ kind: "restore", label: former.label })}
                        >
                          Restore…
                        </button>
                      )}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <PartsSection
        project={props.project}
        schema={schema}
        mayChange={mayChange}
        onStale={props.onStale}
        onChanged={(sentence) => {
          setTold(sentence);
          props.onChanged();
        }}
      />
      {changing && (
        <SchemaChangeDialog
          key={`${changing.kind} ${changing.label?.name}`}
          project={props.project}
          version={schema.version}
          kind={changing.kind}
          label={changing.label}
          colour={changing.label ? colourOf(changing.label.name) : undefined}
          others={labels.map((label) => label.name).filter((name) => name !== changing.label?.name)}
          onClose={() => setChanging(undefined)}
          onStale={props.onStale}
          onChanged={(sentence) => {
            setChanging(undefined);
            setTold(sentence);
            props.onChanged();
          }}
        />
      )}
    </div>
  );
}

const kinds: readonly ChangeKind[] = ["edit", "rename", "merge", "remove"];
const words: Record<ChangeKind, string> = {
  add: "Add",
  edit: "Edit",
  rename: "Rename",
  merge: "Merge",
  remove: "Remove",
  restore: "Restore",
  take_back: "Take back",
};

function Row(props: {
  usage: LabelUsage;
  colour: string;
  sharedWith: readonly string[];
  mayChange: boolean;
  onChange: (kind: ChangeKind) => void;
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
      <td className="number">{usage.decided}</td>
      <td className="number">{usage.suggested}</td>
      <td className="number">{usage.documents}</td>
      <td>
        <span className="row intent-actions">
          {props.mayChange &&
            kinds.map((kind) => (
              <button
                key={kind}
                type="button"
                className="quiet"
                aria-label={`${words[kind]} ${label.name}`}
                onClick={() => props.onChange(kind)}
              >
                {words[kind]}…
              </button>
            ))}
          <button type="button" className="quiet" aria-label={`Guideline of ${label.name}`} onClick={props.onGuideline}>
            Guideline
          </button>
        </span>
      </td>
    </tr>
  );
}
