import type { SchemaChangeEffect, SchemaPart } from "../../api/types.ts";
import type { ChangeKind } from "./SchemaChangeDialog.tsx";

const counted = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

const reasons: Record<SchemaChangeEffect["notRestored"][number]["reason"], string> = {
  decided: "people decided otherwise since",
  removed: "people took it away since",
  replaced: "its words are not marked so any more, or something stands in its place",
};

const sentences: Record<Exclude<ChangeKind, "take_back">, (name: string, to: string) => string> = {
  add: (_, to) => `${to} is added.`,
  edit: (name) => `${name} is edited; what it allows holds for what is said from now on.`,
  rename: (name, to) => `${name} becomes ${to}.`,
  merge: (name, to) => `${name} becomes part of ${to}, which allows what either allowed.`,
  remove: (name) => `${name} is removed.`,
  restore: (name) => `${name} comes back.`,
};

/** What a change of labels would do, in sentences: who decides about it has to see all of it. */
export function EffectOf(props: { kind: ChangeKind; part?: SchemaPart; name: string; to: string; effect: SchemaChangeEffect }) {
  const { kind, name, to, effect } = props;
  const part = props.part ?? "label";
  const mentions = counted(effect.mentions, "mention");
  const documents = counted(effect.documents, "document");
  const lines: string[] = [];
  if (part !== "label" && kind !== "take_back") {
    const what = part === "relation" ? counted(effect.relations, "relation") : counted(effect.details, "mention");
    lines.push(`${sentences[kind](name, to)} ${what} in ${documents} ${part === "relation" ? "" : "with it "}${kind === "remove" ? "archived: it comes back with a restore" : kind === "restore" ? "come back" : kind === "add" || kind === "edit" ? "change" : `now say ${to}`}.`);
  }
  if (kind === "take_back") {
    lines.push(`${mentions}${effect.details > 0 ? `, what is said of ${effect.details},` : ""} and ${counted(effect.relations, "relation")} in ${documents} go back to what they were.`);
    for (const left of effect.notRestored) {
      lines.push(`${counted(left.count, left.what === "detail" ? "mention" : left.what)} cannot be restored: ${reasons[left.reason]}.`);
    }
    if (effect.notRestored.length === 0) lines.push("Nobody has changed any of it since: everything is restored.");
  }
  if (part === "label" && kind === "add") lines.push(`The label ${to} is added. No mention changes.`);
  if (part === "label" && kind === "edit") lines.push("No mention changes.");
  if (part === "label" && (kind === "rename" || kind === "merge")) {
    lines.push(`${mentions} in ${documents} ${effect.mentions === 1 ? "changes" : "change"} from ${name} to ${to}.`);
  }
  if (part === "label" && kind === "remove") lines.push(`${mentions} in ${documents} ${effect.mentions === 1 ? "is" : "are"} archived.`);
  if (part === "label" && kind === "restore") lines.push(`${mentions} in ${documents} ${effect.mentions === 1 ? "comes" : "come"} back.`);
  if (effect.duplicates > 0) {
    lines.push(`${counted(effect.duplicates, "mention")} of them ${effect.duplicates === 1 ? "stands" : "stand"} over the same words as another one: that one stays, and ${effect.duplicates === 1 ? "this one is" : "these are"} archived.`);
  }
  if (effect.suggestions > 0) {
    const many = effect.suggestions !== 1;
    lines.push(`${counted(effect.suggestions, "open suggestion")} ${kind === "remove" ? (many ? "go" : "goes") : many ? "follow" : "follows"}.`);
  }
  if (part === "label" && kind !== "take_back" && effect.relations > 0) {
    lines.push(`${counted(effect.relations, "relation")} ${kind === "restore" ? "come back" : "are archived"} with them.`);
  }
  if (effect.doneDocuments > 0) {
    lines.push(`${effect.doneDocuments} of the documents ${effect.doneDocuments === 1 ? "is done and stays" : "are done and stay"} done.`);
  }
  if (effect.workingCopies > 0) {
    lines.push(`${counted(effect.workingCopies, "working copy", "working copies")} of annotators with ${counted(effect.copyMentions, "mention")} change too, ${effect.openCopies} of them in progress: whoever has one open sees it with the next save.`);
  }
  if (effect.withdrawnDocuments > 0) {
    lines.push(`${counted(effect.withdrawnDocuments, "withdrawn document")} ${effect.withdrawnDocuments === 1 ? "changes" : "change"} too, not counted here.`);
  }
  if (effect.finishedWithout > 0) {
    lines.push(`${counted(effect.finishedWithout, "document")} ${effect.finishedWithout === 1 ? "was" : "were"} finished without this label: nobody has looked for it there.`);
  }
  if (effect.namedIn.length > 0 && kind !== "restore") {
    lines.push(`Named in ${effect.namedIn.join(", ")}${kind === "remove" ? ", where it stays for the day it comes back." : ", which follow."}`);
  }
  return (
    <>
      {lines.map((line, index) => (
        <p key={line}>{index === 0 ? <strong>{line}</strong> : line}</p>
      ))}
      {effect.models.map(({ model, labels }) => (
        <p key={model.name}>
          The model in use, {model.name} {model.version}, says {labels.join(", ")}:{" "}
          {kind === "remove" ? "what it says so is left out from now on." : kind === "restore" ? "it is heard again." : `it is read as ${to} from now on.`}
        </p>
      ))}
      {effect.keyConflicts.map((conflict) => (
        <p key={conflict.key} className="warning">
          The key <kbd>{conflict.key}</kbd> would be that of {conflict.labels.join(" and ")}: the first keeps it, the others get the next that
          is free.
        </p>
      ))}
      {effect.most.length > 0 && (
        <ul className="touched" aria-label="Documents that change most">
          {effect.most.slice(0, 8).map((document) => (
            <li key={document.id}>
              {document.externalId || document.id}: {counted(document.mentions, "mention")}
              {document.suggestions > 0 && `, ${counted(document.suggestions, "suggestion")}`}
              {document.status === "done" && <span className="chip status-done">done</span>}
            </li>
          ))}
          {effect.documents > 8 && <li>and {counted(effect.documents - Math.min(8, effect.most.length), "more", "more")}</li>}
        </ul>
      )}
    </>
  );
}
