import type { AttributeUsage, SchemaOverview, SchemaPart } from "../../api/types.ts";
import { ChangeButtons, FormerTable } from "../../ui/ChangeTables.tsx";
import { ListTable } from "../../ui/ListTable.tsx";
import type { Changing } from "./changing.ts";

/** Relation types and attributes with their values: how often they occur, and how they change. */
export function PartsSection(props: { schema: SchemaOverview; mayChange: boolean; onChange: (changing: Changing) => void }) {
  const { schema, mayChange } = props;
  const change = mayChange ? ["Change"] : [];

  return (
    <>
      <SectionHead title="Relation types" add={mayChange && "Add a relation type"} onAdd={() => props.onChange({ kind: "add", part: "relation", name: "" })} />
      <ListTable label="Relation types" columns={["Type", "From", "To", "#Relations", ...change]}>
        {schema.relations.map(({ relation, count }) => (
          <tr key={relation.name} data-relation={relation.name}>
            <td>
              <strong>{relation.name}</strong>
              {relation.description && <p className="hint">{relation.description}</p>}
            </td>
            <td>{relation.from?.join(", ") || "any"}</td>
            <td>{relation.to?.join(", ") || "any"}</td>
            <td className="number">{count.toLocaleString("en")}</td>
            {mayChange && (
              <td>
                <ChangeButtons
                  kinds={allKinds}
                  of={relation.name}
                  onChoose={(kind) => props.onChange({ kind, part: "relation", name: relation.name, definition: relation })}
                />
              </td>
            )}
          </tr>
        ))}
      </ListTable>

      <SectionHead title="Assertions and attributes" add={mayChange && "Add an attribute"} onAdd={() => props.onChange({ kind: "add", part: "attribute", name: "" })} />
      <ListTable label="Assertions and attributes" columns={["Name", "Of", "Values", "#Mentions", ...change]}>
        {schema.attributes.map((usage) => (
          <tr key={usage.attribute.name} data-attribute={usage.attribute.name}>
            <td>
              <strong>{usage.attribute.name}</strong> {usage.isAssertion && <span className="hint">assertion</span>}
              {usage.attribute.description && <p className="hint">{usage.attribute.description}</p>}
            </td>
            <td>{usage.attribute.labels?.join(", ") || "any label"}</td>
            <td>
              <Values usage={usage} mayChange={mayChange} onChange={props.onChange} />
            </td>
            <td className="number">{usage.count.toLocaleString("en")}</td>
            {mayChange && (
              <td>
                <ChangeButtons
                  kinds={usage.isAssertion ? assertionKinds : allKinds}
                  of={usage.attribute.name}
                  onChoose={(kind) => props.onChange({ kind, part: "attribute", name: usage.attribute.name, definition: usage.attribute })}
                />
              </td>
            )}
          </tr>
        ))}
      </ListTable>

      <FormerTable
        heading="Were relation types, attributes or values"
        label="Former relation types and attributes"
        kept="Archived"
        mayRestore={mayChange}
        names={schema.formerParts.map(({ part, attribute, name, now, archived, retired, retiredBy, version }) => ({
          key: `${part} ${attribute ?? ""} ${name}`,
          name,
          sort: part === "relation" ? "relation type" : part === "value" ? `value of ${attribute ?? ""}` : part,
          now: now ?? null,
          kept: archived,
          by: retiredBy,
          at: retired,
          version,
          onRestore: () => props.onChange({ kind: "restore", part: part as SchemaPart, name, ...(attribute && { attribute }) }),
        }))}
      />
    </>
  );
}

function SectionHead(props: { title: string; add: string | false; onAdd: () => void }) {
  return (
    <div className="page-head">
      <h2 className="section-head">{props.title}</h2>
      {props.add && (
        <button type="button" onClick={props.onAdd}>
          {props.add}
        </button>
      )}
    </div>
  );
}

/** What an attribute may be, a line each. */
function Values(props: { usage: AttributeUsage; mayChange: boolean; onChange: (changing: Changing) => void }) {
  const { attribute, isAssertion, values } = props.usage;
  const defined = attribute.values ?? [];
  if (isAssertion) return "true";
  if (defined.length === 0) return "anything";
  return (
    <>
      {values.map(({ value, count }) => (
        <div key={value} className="row part-value" data-value={value}>
          <span>
            {value} <span className="muted">{count.toLocaleString("en")}</span>
          </span>
          {props.mayChange && defined.includes(value) && (
            <ChangeButtons
              kinds={valueKinds}
              of={`${attribute.name} ${value}`}
              onChoose={(kind) => props.onChange({ kind, part: "value", name: value, attribute: attribute.name })}
            />
          )}
        </div>
      ))}
      {props.mayChange && (
        <button
          type="button"
          className="quiet"
          aria-label={`Add a value of ${attribute.name}`}
          onClick={() => props.onChange({ kind: "add", part: "value", name: "", attribute: attribute.name })}
        >
          Add a value…
        </button>
      )}
    </>
  );
}

const allKinds = ["edit", "rename", "merge", "remove"] as const;
// The names of the five are those of formats and models.
const assertionKinds = ["edit", "merge", "remove"] as const;
const valueKinds = ["rename", "merge", "remove"] as const;
