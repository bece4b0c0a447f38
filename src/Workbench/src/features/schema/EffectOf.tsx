import type { SchemaChangeEffect, SchemaPart } from "../../api/types.ts";
import type { ChangeKind } from "./changing.ts";

const counted = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

const reasons: Record<SchemaChangeEffect["notRestored"][number]["reason"], string> = {
  decided: "people decided otherwise since",
  removed: "people took it away since",
  replaced: "its words are not marked so any more, or something stands in its place",
  came_since: "made after the merge, and nothing says which of the names would have been meant",
};

const sentences: Record<Exclude<ChangeKind, "take_back">, (name: string, to: string) => string> = {
  add: (_, to) => `${to} is added.`,
  edit: (name) => `${name} is edited; what it allows holds for what is said from now on.`,
  rename: (name, to) => `${name} becomes ${to}.`,
  merge: (name, to) => `${name} becomes part of ${to}, which allows what either allowed.`,
  remove: (name) => `${name} is removed.`,
  restore: (name) => `${name} comes back.`,
};

/** What becomes of what was said with a relation type, attribute or value. */
function follows(kind: Exclude<ChangeKind, "take_back">, isRelation: boolean, count: number, documents: string): string {
  if (kind === "add" || kind === "edit" || count === 0) return "Nothing that was said changes.";
  const one = count === 1;
  const what = `${counted(count, isRelation ? "relation" : "mention")} in ${documents}`;
  if (kind === "remove") return `${what} ${isRelation ? (one ? "is" : "are") : one ? "loses it, which is" : "lose it, which is"} archived until it is restored.`;
  if (kind === "restore") return isRelation ? `${what} ${one ? "comes" : "come"} back.` : `${what} ${one ? "says" : "say"} it again.`;
  return `${what} ${one ? "changes" : "change"} with it.`;
}

/** What a change of labels would do, in sentences: who decides about it has to see all of it. */
export function EffectOf(props: { kind: ChangeKind; part?: SchemaPart; name: string; to: string; effect: SchemaChangeEffect }) {
  const { kind, name, to, effect } = props;
  const part = props.part ?? "label";
  const mentions = counted(effect.mentions, "mention");
  const documents = counted(effect.documents, "document");
  const lines: string[] = [];
  if (part !== "label" && kind !== "take_back") {
    lines.push(`${sentences[kind](name, to)} ${follows(kind, part === "relation", part === "relation" ? effect.relations : effect.details, documents)}`);
  }
  if (kind === "take_back") {
    const back = [
      ...(effect.mentions > 0 ? [mentions] : []),
      ...(effect.details > 0 ? [`what is said of ${counted(effect.details, "mention")}`] : []),
      ...(effect.relations > 0 ? [counted(effect.relations, "relation")] : []),
      ...(effect.suggestions > 0 ? [counted(effect.suggestions, "open suggestion")] : []),
    ];
    lines.push(back.length === 0 ? "Nothing on documents changes." : `What goes back to what it was: ${back.join(", ")}, in ${documents}.`);
    for (const left of effect.notRestored) {
      const stays = left.reason === "came_since" ? (left.count === 1 ? "stays" : "stay") : "cannot be restored";
      lines.push(`${counted(left.count, left.what === "detail" ? "mention" : left.what)} ${stays}: ${reasons[left.reason]}.`);
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
  if (kind !== "take_back" && effect.suggestions > 0) {
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
              {document.externalId || document.id}
              {document.mentions > 0 && `: ${counted(document.mentions, "mention")}`}
              {document.suggestions > 0 && `${document.mentions > 0 ? "," : ":"} ${counted(document.suggestions, "suggestion")}`}
              {document.status === "done" && <span className="chip status-done">done</span>}
            </li>
          ))}
          {effect.documents > 8 && <li>and {counted(effect.documents - Math.min(8, effect.most.length), "more", "more")}</li>}
        </ul>
      )}
    </>
  );
}
