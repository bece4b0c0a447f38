// The exchange formats as people know them, and which one a file is probably of. Pure.

export interface Format {
  /** As the service names it. */
  name: string;
  title: string;
  /** A file a document: one such file, or a zip archive of them. */
  folder?: true;
  /** A list of short texts with intents; a transcript goes out as its turns. */
  utterances?: true;
}

/** Those for whole projects first, then those of chat teams, then the rest by name. */
export const formats: readonly Format[] = [
  { name: "jsonl", title: "JSON lines of this service: everything, both ways" },
  { name: "rasa", title: "Rasa NLU (YAML): intents with examples", utterances: true },
  { name: "csv", title: "CSV: utterances with intents, or spans" },
  { name: "bioc-json", title: "BioC JSON" },
  { name: "bioc-xml", title: "BioC XML" },
  { name: "brat", title: "brat standoff (.txt and .ann, zipped)", folder: true },
  { name: "cas-json", title: "UIMA CAS JSON (INCEpTION, zipped)", folder: true },
  { name: "cas-xmi", title: "UIMA CAS XMI (INCEpTION, zipped)", folder: true },
  { name: "conll", title: "CoNLL, two columns (IOB2)" },
  { name: "conll2003", title: "CoNLL-2003, four columns" },
  { name: "doccano", title: "doccano (JSON lines)" },
  { name: "labelstudio", title: "Label Studio (JSON)" },
  { name: "pubtator", title: "PubTator" },
  { name: "spacy", title: "spaCy and Prodigy (JSON lines)" },
  { name: "webanno-tsv", title: "WebAnno TSV 3 (zipped)", folder: true },
];

export const formatNamed = (name: string) => formats.find((format) => format.name === name)!;

/** What endings say; those that several formats share are told apart by how the file begins. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/\.ya?ml$/i, "rasa"],
  [/\.(conll|iob2?|bio)$/i, "conll"],
  [/\.conll2003$/i, "conll2003"],
  [/\.pubtator$/i, "pubtator"],
  [/\.spacy$/i, "spacy"],
  [/\.csv$/i, "csv"],
  [/\.xmi$/i, "cas-xmi"],
  [/\.bioc$/i, "bioc-xml"],
  [/\.(ann|zip)$/i, "brat"],
];

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^version:|^nlu:/m, "rasa"],
  [/^#FORMAT=WebAnno/, "webanno-tsv"],
  [/^[^|\n]+\|t\|/m, "pubtator"],
  [/xmi:XMI/, "cas-xmi"],
  [/<collection/, "bioc-xml"],
  [/%TYPES|%FEATURE_STRUCTURES/, "cas-json"],
  [/"infons"/, "bioc-json"],
  [/"head_span"|"kb_id"|"_input_hash"|"ents"|"token_start"/, "spacy"],
  [/"from_name"|"data"\s*:\s*\{|"annotations"\s*:\s*\[\s*\{\s*"result"/, "labelstudio"],
  [/"label"\s*:\s*\[|"cats"\s*:\s*\[|"start_offset"/, "doccano"],
  [/^-DOCSTART-([ \t]+\S+){3,4}$/m, "conll2003"],
  [/^\S+[\t ](O|[BI]-\S+)$/m, "conll"],
];

/** @param beginning Its first kilobytes; of no use in an archive. */
export function guessFormat(fileName: string, beginning: string): string {
  const byEnding = endings.find(([ending]) => ending.test(fileName))?.[1];
  if (byEnding && byEnding !== "conll") return byEnding;
  return beginnings.find(([sign]) => sign.test(beginning))?.[1] ?? byEnding ?? "jsonl";
}

/** Of a file without ids the document is called as the file. */
export const nameWithoutEnding = (fileName: string) => fileName.replace(/\.[^.]+$/, "").slice(0, 200) || "document";

export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** So long a file the service takes in one piece. */
export const longestFile = 128 * 1024 * 1024;
