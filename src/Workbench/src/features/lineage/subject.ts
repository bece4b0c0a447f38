/** Where a lineage starts: an answer, a version, a document or a person. */
export type Subject =
  | { kind: "answer"; id: string }
  | { kind: "version"; name: string; version: string }
  | { kind: "document"; id: string }
  | { kind: "person"; name: string };

/** Ids of answers are 48 characters of base32hex. */
const answerId = /^[0-9a-v]{48}$/;

/** What somebody typed or pasted: the id of an answer, of a document (a UUID), or the name of a version with its number; else a person. */
export function subjectOf(typed: string): Subject | undefined {
  const words = typed.trim();
  if (words === "") return undefined;
  if (answerId.test(words)) return { kind: "answer", id: words };
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(words)) return { kind: "document", id: words.toLowerCase() };
  const version = /^(\S+)\s+(\d+(?:\.\d+)*)$/.exec(words);
  if (version) return { kind: "version", name: version[1]!, version: version[2]! };
  return { kind: "person", name: words };
}

/** The parts of the address after `#/lineage/`. */
export function partsOf(subject: Subject): string[] {
  switch (subject.kind) {
    case "version":
      return ["version", subject.name, subject.version];
    case "person":
      return ["person", subject.name];
    default:
      return [subject.kind, subject.id];
  }
}

export function subjectAt([kind, first, second]: readonly (string | undefined)[]): Subject | undefined {
  if (!first) return undefined;
  if (kind === "version") return second ? { kind, name: first, version: second } : undefined;
  if (kind === "person") return { kind, name: first };
  if (kind === "answer" || kind === "document") return { kind, id: first };
  return undefined;
}
