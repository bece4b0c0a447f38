// A change of a schema while it is thought out: what may change, into what, and how it is asked for. Pure.

import type { LabelDefinition, PartDefinition, SchemaChangeRequest, SchemaOverview, SchemaPart } from "../../api/types.ts";
import { changed, problemsOf, type Look } from "./look.ts";

export type ChangeKind = SchemaChangeRequest["kind"];

/** How a relation type or attribute is defined: of a relation type from and to, of an attribute labels and values. */
export interface Definition {
  from?: readonly string[] | null;
  to?: readonly string[] | null;
  labels?: readonly string[] | null;
  values?: readonly string[] | null;
  description?: string | null;
}

export interface Changing {
  kind: Exclude<ChangeKind, "take_back">;
  part: SchemaPart;
  /** Empty of what is added. */
  name: string;
  /** Whose value it is. */
  attribute?: string;
  label?: LabelDefinition;
  definition?: Definition;
}

/** The fields of a definition as a form holds them: names with commas between. */
export type DefinitionFields = Record<keyof Definition, string>;

/** What a form holds. */
export interface Filled {
  to: string;
  look: Look;
  definition: DefinitionFields;
}

const nouns: Record<SchemaPart, string> = { label: "a label", relation: "a relation type", attribute: "an attribute", value: "a value" };
const titles: Record<Changing["kind"], string> = { add: "Add", edit: "Edit", rename: "Rename", merge: "Merge", remove: "Remove", restore: "Restore" };

export const titleOf = ({ kind, part, name }: Changing) => `${titles[kind]} ${kind === "add" ? nouns[part] : name}`;

export const takesName = (kind: Changing["kind"]) => kind === "add" || kind === "rename" || kind === "merge";
export const takesLook = ({ kind, part }: Changing) => part === "label" && (kind === "add" || kind === "edit");
export const takesDefinition = ({ kind, part }: Changing) => (part === "relation" || part === "attribute") && (kind === "add" || kind === "edit");

export const definitionFields = (definition: Definition = {}): DefinitionFields => ({
  from: (definition.from ?? []).join(", "),
  to: (definition.to ?? []).join(", "),
  labels: (definition.labels ?? []).join(", "),
  values: (definition.values ?? []).join(", "),
  description: definition.description ?? "",
});

/** What it may be merged into: of assertions other assertions only. */
export function othersOf(schema: SchemaOverview, { part, name, attribute }: Changing): string[] {
  const isAssertion = schema.attributes.find((usage) => usage.attribute.name === name)?.isAssertion;
  const all: Record<SchemaPart, () => readonly string[]> = {
    label: () => schema.labels.map((usage) => usage.label.name),
    relation: () => schema.relations.map((usage) => usage.relation.name),
    attribute: () => schema.attributes.filter((usage) => usage.isAssertion === isAssertion).map((usage) => usage.attribute.name),
    value: () => schema.attributes.find((usage) => usage.attribute.name === attribute)?.attribute.values ?? [],
  };
  return all[part]().filter((other) => other !== name);
}

export function faultsOf(changing: Changing, filled: Filled): string[] {
  return takesLook(changing) ? problemsOf(filled.look) : [];
}

export function isReady(changing: Changing, filled: Filled): boolean {
  const to = filled.to.trim();
  return (!takesName(changing.kind) || (to !== "" && to !== changing.name)) && faultsOf(changing, filled).length === 0;
}

const listed = (text: string) => text.split(/[\n,]/).map((name) => name.trim()).filter((name) => name !== "");

/** As it is sent. */
export function requestOf(changing: Changing, filled: Filled): SchemaChangeRequest {
  const { kind, part, name, attribute } = changing;
  const to = filled.to.trim();
  const { from, to: until, labels, values, description } = filled.definition;
  const definition: PartDefinition = {
    ...(part === "relation" ? { from: listed(from), to: listed(until) } : { labels: listed(labels), values: listed(values) }),
    ...(description.trim() && { description: description.trim() }),
  };
  return {
    kind,
    part,
    // A merge names what it comes to as well, so that two over the same words become one.
    from: kind === "add" ? [] : kind === "merge" ? [name, to] : [name],
    ...(takesName(kind) && { to }),
    ...(attribute && { attribute }),
    ...(takesLook(changing) && { look: changed(filled.look) }),
    ...(takesDefinition(changing) && { definition }),
  };
}
