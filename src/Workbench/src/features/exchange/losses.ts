// Why something of a file or of the documents is lost, in words that say what can be done about it. Pure.

const reasons: readonly (readonly [RegExp, (format: string) => string])[] = [
  [/^(assertion|attribute|relation)( '.*')? that the project does not have/, () => "The project’s schema has none of this name and kind: add it under Labels, then bring the file in."],
  [/^second span of the same place/, () => "A label stands at a place once."],
  [/^confidence/, () => "What comes in is what people decided; how sure a model was says nothing of it."],
  [/^intent beyond the first/, () => "An utterance has one intent here; the first is taken."],
  [/^intent of a whole transcript/, () => "In a transcript each turn has its intent."],
  [/^overlapping span/, (format) => `${format} has one label at a word: the longer mention stays.`],
  [/off token boundaries|without a token|across sentences/, (format) => `${format} marks whole words within a sentence.`],
  [/^(synonym|regex|lookup|part of the file beside nlu)/, () => "It is no example of an intent. Keep it in your Rasa project."],
  [/^(metadata|feature|field|column|cell|note|comment|description)/, (format) => `It is said beside the text, where ${format} or the project has no place for it.`],
  [/^(id|span id|label|concept|intent|white space|line break|number or truth value|open bracket|brackets|location|utterance without).*(chang|cut|kept|written|parted|counted)/, (format) => `It is written in another way, so that it fits ${format}; the words stay.`],
  [/^(relation|role names|slot|event|equivalence|argument|further argument|layer|reference)/, (format) => `${format} and the project do not say relations in the same way.`],
  [/^(attribute|assertion|word of an assertion|empty attribute)/, (format) => `${format} says nothing of this kind about a mention.`],
];

/** @param format As people know it. */
export function whyLost(kind: string, format: string): string {
  return reasons.find(([sign]) => sign.test(kind))?.[1](format) ?? `${format} and the project do not both have a place for it.`;
}
