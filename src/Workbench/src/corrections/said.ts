// What is said of a mention beside its label, in words.

import type { Mention } from "../api/types.ts";

export const assertionNames = ["negated", "uncertain", "historical", "hypothetical", "family"] as const;

export type AssertionName = (typeof assertionNames)[number];

export const isAssertion = (name: string): name is AssertionName => (assertionNames as readonly string[]).includes(name);

export const flagsOf = ({ assertion }: Mention): AssertionName[] => (assertion ? assertionNames.filter((name) => assertion[name]) : []);

/** In the order: assertion, attributes, concepts. */
export const saidOf = (mention: Mention): string[] => [
  ...flagsOf(mention),
  ...Object.entries(mention.attributes ?? {}).map(([name, value]) => `${name}: ${value}`),
  ...(mention.concepts ?? []),
];
