import { useState } from "react";
import type { FormerPart, Project, SchemaOverview, SchemaPart } from "../../api/types.ts";
import { PartDialog, type PartChange } from "./PartDialog.tsx";
import type { ChangeKind } from "./SchemaChangeDialog.tsx";

/** Relation types and attributes with their values: how often they occur, and how they change. */
export function PartsSection(props: {
  project: Project;
  schema: SchemaOverview;
  mayChange: boolean;
  onStale: () => void;
  onChanged: (sentence: string) => void;
}) {
  const { schema, mayChange } = props;
  const [changing, setChanging] = useState<PartChange>();
  const begin = (kind: ChangeKind, part: SchemaPart, name: string, more: Partial<PartChange> = {}) => setChanging({ kind, part, name, ...more });
  const actions = (part: SchemaPart, name: string, kinds: readonly ChangeKind[], more: Partial<PartChange> = {}) =>
    mayChange && (
      <span className="row intent-actions">
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className="quiet"
            aria-label={`${words[kind]} ${more.attribute ? `${more.attribute} ` : ""}${name}`}
            onClick={() => begin(kind, part, name, more)}
          >
            {words[kind]}…
          </button>
        ))}
      </span>
    );

  return (
    <>
      <div className="page-head">
        <h2 className="section-head">Relation types</h2>
        {mayChange && (
          <button type="button" onClick={() => begin("add", "relation", "")}>
            Add a relation type
          </button>
        )}
      </div>
      <table className="list" aria-label="Relation types">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" className="number">
              Relations
            </th>
            {mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {schema.relations.map(({ relation, count }) => (
            <tr key={relation.name} data-relation={relation.name}>
              <td>
                <strong>{relation.name}</strong>
                {relation.description && <p className="hint">{relation.description}</p>}
              </td>
              <td>{relation.from?.join(", ") || "any"}</td>
              <td>{relation.to?.join(", ") || "any"}</td>
              <td className="number">{count}</td>
              {mayChange && <td>{actions("relation", relation.name, allKinds, { definition: relation })}</td>}
            </tr>
          ))}
        </tbody>
      </table>

      <div className="page-head">
        <h2 className="section-head">Assertions and attributes</h2>
        {mayChange && (
          <button type="button" onClick={() => begin("add", "attribute", "")}>
            Add an attribute
          </button>
        )}
      </div>
      <table className="list" aria-label="Assertions and attributes">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Of</th>
            <th scope="col">Values</th>
            <th scope="col" className="number">
              Mentions
            </th>
            {mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {schema.attributes.map(({ attribute, isAssertion, count, values }) => (
            <tr key={attribute.name} data-attribute={attribute.name}>
              <td>
                <strong>{attribute.name}</strong> {isAssertion && <span className="hint">assertion</span>}
                {attribute.description && <p className="hint">{attribute.description}</p>}
              </td>
              <td>{attribute.labels?.join(", ") || "any label"}</td>
              <td>
                {isAssertion
                  ? "true"
                  : (attribute.values?.length ?? 0) === 0
                    ? "anything"
                    : values.map((value) => (
                        <div key={value.value} className="row">
                          {value.value} <span className="muted">{value.count}</span>
                          {attribute.values!.includes(value.value) &&
                            actions("value", value.value, valueKinds, { attribute: attribute.name })}
                        </div>
                      ))}
                {mayChange && !isAssertion && (attribute.values?.length ?? 0) > 0 && (
                  <button
                    type="button"
                    className="quiet"
                    aria-label={`Add a value of ${attribute.name}`}
                    onClick={() => begin("add", "value", "", { attribute: attribute.name })}
                  >
                    Add a value…
                  </button>
                )}
              </td>
              <td className="number">{count}</td>
              {mayChange && (
                <td>{actions("attribute", attribute.name, isAssertion ? assertionKinds : allKinds, { definition: attribute })}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>

      {schema.formerParts.length > 0 && <Former parts={schema.formerParts} mayChange={mayChange} onRestore={(part) => begin("restore", part.part as SchemaPart, part.name, part.attribute ? { attribute: part.attribute } : {})} />}
      {changing && (
        <PartDialog
          key={`${changing.kind} ${changing.part} ${changing.name}`}
          projectId={props.project.id}
          schema={schema}
          changing={changing}
          onClose={() => setChanging(undefined)}
          onStale={props.onStale}
          onChanged={(sentence) => {
            setChanging(undefined);
            props.onChanged(sentence);
          }}
        />
      )}
    </>
  );
}

function Former(props: { parts: readonly FormerPart[]; mayChange: boolean; onRestore: (part: FormerPart) => void }) {
  return (
    <>
      <h2 className="section-head">Were relation types, attributes or values</h2>
      <table className="list" aria-label="Former relation types and attributes">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Now</th>
            <th scope="col" className="number">
              Archived
            </th>
            <th scope="col">By</th>
            {props.mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {props.parts.map((part) => (
            <tr key={`${part.part} ${part.attribute ?? ""} ${part.name}`}>
              <td>
                {part.attribute ? `${part.attribute}: ` : ""}
                {part.name} <span className="hint">{part.part === "relation" ? "relation type" : part.part}</span>
              </td>
              <td>{part.now ?? "removed, archived"}</td>
              <td className="number">{part.archived}</td>
              <td>
                {part.retiredBy}, {new Date(part.retired).toLocaleDateString()}, version {part.version}
              </td>
              {props.mayChange && (
                <td>
                  {!part.now && (
                    <button type="button" className="quiet" aria-label={`Restore ${part.name}`} onClick={() => props.onRestore(part)}>
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
  );
}

const allKinds: readonly ChangeKind[] = ["edit", "rename", "merge", "remove"];
// The names of the five are those of formats and models.
const assertionKinds: readonly ChangeKind[] = ["edit", "merge", "remove"];
const valueKinds: readonly ChangeKind[] = ["rename", "merge", "remove"];
const words: Record<ChangeKind, string> = {
  add: "Add",
  edit: "Edit",
  rename: "Rename",
  merge: "Merge",
  remove: "Remove",
  restore: "Restore",
  take_back: "Take back",
};
