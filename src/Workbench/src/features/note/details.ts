// What may be said of a mention beside its label, and the changes that say it. Pure.

import type { AttributeDefinition, Change, Mention } from "../../api/types.ts";
import { assertionNames, flagsOf, isAssertion, type AssertionName } from "../../corrections/said.ts";
import type { Decision } from "./decisions.ts";
import { freeKeys } from "./labelKeys.ts";

/** One key's worth of an attribute. */
export interface AttributeChoice {
  name: string;
  /** Undefined: any text, which is typed. */
  value: string | undefined;
  key: string | undefined;
}

const appliesTo = (attribute: AttributeDefinition, label: string) => !attribute.labels?.length || attribute.labels.includes(label);

/** The assertions that the schema has for a label. */
export const flagsFor = (attributes: readonly AttributeDefinition[], label: string): AssertionName[] =>
  assertionNames.filter((name) => attributes.some((attribute) => attribute.name === name && appliesTo(attribute, label)));

/** @param taken keys that mean something else while details are shown */
export function choicesFor(attributes: readonly AttributeDefinition[], label: string, taken: Iterable<string>): AttributeChoice[] {
  const choices = attributes
    .filter((attribute) => !isAssertion(attribute.name) && appliesTo(attribute, label))
    .flatMap(({ name, values }): Pick<AttributeChoice, "name" | "value">[] =>
      values?.length ? values.map((value) => ({ name, value })) : [{ name, value: undefined }],
    );
  const keys = freeKeys(new Set(taken), choices.length);
  return choices.map((choice, index) => ({ ...choice, key: keys[index] }));
}

const annotate = (mention: Mention, said: Omit<Change, "action" | "mentionId">): Decision => ({
  changes: [{ action: "annotate", mentionId: mention.id, ...said }],
});

/** Claims it, or no longer; with the last flag the assertion goes altogether. */
export function toggleFlag(attributes: readonly AttributeDefinition[], mention: Mention, flag: AssertionName): Decision {
  const allowed = flagsFor(attributes, mention.label);
  if (!allowed.includes(flag)) return { refused: `The project does not say “${flag}” of ${mention.label}.` };
  const before = flagsOf(mention);
  const after = before.includes(flag) ? before.filter((name) => name !== flag) : [...before, flag];
  return annotate(mention, { assertion: Object.fromEntries(after.filter((name) => allowed.includes(name)).map((name) => [name, true])) });
}

/** Sets it; the value it has already, or an empty one, takes it away. */
export function setAttribute(attributes: readonly AttributeDefinition[], mention: Mention, name: string, value: string): Decision {
  const before = mention.attributes ?? {};
  // What another label allowed and this one does not would have the whole refused.
  const kept = Object.entries(before).filter(
    ([other]) => other !== name && attributes.some((attribute) => attribute.name === other && appliesTo(attribute, mention.label)),
  );
  const given = value.trim();
  if (given === "" && !(name in before)) return { refused: "Nothing was typed." };
  return annotate(mention, { attributes: Object.fromEntries(given === "" || before[name] === given ? kept : [...kept, [name, given]]) });
}

/** A concept more, or the same without one. */
export function toggleConcept(mention: Mention, concept: string): Decision {
  const before = mention.concepts ?? [];
  return annotate(mention, { concepts: before.includes(concept) ? before.filter((other) => other !== concept) : [...before, concept] });
}

const short: Record<AssertionName, string> = { negated: "neg", uncertain: "unc", historical: "hist", hypothetical: "hyp", family: "fam" };

/** What stands in the text behind the label: short, and told apart without colour. */
export const cuesOf = (mention: Mention): string[] => [
  ...flagsOf(mention).map((flag) => short[flag]),
  ...Object.entries(mention.attributes ?? {}).map(([name, value]) => (value === "true" ? name : cut(value))),
  ...(mention.concepts?.length ? [mention.concepts.length === 1 ? "#" : `#${mention.concepts.length}`] : []),
];

const longestCue = 16;
const cut = (value: string) => (value.length > longestCue ? `${value.slice(0, longestCue - 1)}…` : value);
