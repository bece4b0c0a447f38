import { useState } from "react";
import { api } from "../../api/client.ts";
import type { IntentChangeEffect, IntentChangeRequest, IntentUsage, Project } from "../../api/types.ts";
import { ChangeDialog, IntoField, NameField } from "../../ui/ChangeDialog.tsx";
import { changeWords } from "../../ui/changeWords.ts";
import { readable } from "../../ui/intentSearch.ts";
import { SplitChoice } from "./SplitChoice.tsx";

export type ChangeKind = IntentChangeRequest["kind"];

/** A change of intents in two steps: what shall be done, and what that would do. */
export function IntentChangeDialog(props: {
  project: Project;
  kind: ChangeKind;
  intent: IntentUsage | undefined;
  others: readonly string[];
  onClose: () => void;
  onChanged: (sentence: string) => void;
}) {
  const { project, kind, intent } = props;
  const name = intent ? readable(intent.name) : "";
  const targets = props.others.filter((other) => other !== intent?.name);
  const [to, setTo] = useState(kind === "rename" && intent ? intent.name : kind === "merge" ? (targets[0] ?? "") : "");
  const [description, setDescription] = useState("");
  const [chosen, setChosen] = useState<{ documentId: string; turn: number }[]>([]);

  const change: IntentChangeRequest = {
    kind,
    from: intent ? [intent.name] : [],
    ...(kind === "remove" ? {} : { to: to.trim() }),
    ...(description.trim() ? { description: description.trim() } : {}),
    ...(kind === "split" ? { utterances: chosen } : {}),
  };
  const ready = (kind === "remove" || (to.trim() !== "" && to.trim() !== intent?.name)) && (kind !== "split" || chosen.length > 0);
  const title = kind === "add" ? "Add an intent" : `${changeWords[kind]} ${name}`;

  return (
    <ChangeDialog
      title={title}
      verb={changeWords[kind]}
      ready={ready}
      explains={kind === "remove"}
      preview={() => api.previewIntents(project.id, change)}
      effectOf={(effect) => <EffectOf kind={kind} name={name} to={readable(to)} effect={effect} />}
      carryOut={async (effect) => {
        const done = await api.changeIntents(project.id, { ...change, stamp: effect.stamp });
        props.onChanged(`${title}: ${utterances(done.utterances)} in ${transcripts(done.documents.length)} changed.`);
      }}
      onClose={props.onClose}
    >
      {kind === "merge" && <IntoField names={targets} value={to} onChange={setTo} readable={readable} />}
      {(kind === "add" || kind === "rename") && <NameField value={to} onChange={setTo} />}
      {kind === "split" && <NameField label="Name of the other intent, new or known" value={to} onChange={setTo} known={targets} />}
      {(kind === "add" || kind === "split") && (
        <label>
          Description
          <input value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
      )}
      {kind === "split" && intent && <SplitChoice projectId={project.id} intent={intent.name} onChoose={setChosen} />}
      {kind === "remove" && (
        <p>
          Nothing can be decided as {name} any more. Turns that were decided so keep it, archived, and models no longer learn it. To put
          another intent in its place, merge it.
        </p>
      )}
    </ChangeDialog>
  );
}

const utterances = (count: number) => `${count} ${count === 1 ? "utterance" : "utterances"}`;
const transcripts = (count: number) => `${count} ${count === 1 ? "transcript" : "transcripts"}`;

const shownDocuments = 8;

function EffectOf(props: { kind: ChangeKind; name: string; to: string; effect: IntentChangeEffect }) {
  const { kind, effect } = props;
  const documents = effect.documents;
  return (
    <>
      <p>
        {kind === "add" && <>The intent {props.to} is added. No utterance changes.</>}
        {kind === "remove" && (
          <>
            {utterances(effect.utterances)} in {transcripts(documents.length)} keep {props.name}, archived.
          </>
        )}
        {kind !== "add" && kind !== "remove" && (
          <>
            <strong>{utterances(effect.utterances)}</strong> in {transcripts(documents.length)}{" "}
            {effect.utterances === 1 ? "changes" : "change"} from {props.name} to {props.to}.
          </>
        )}
        {effect.suggestions > 0 && (
          <>
            {" "}
            {effect.suggestions} open {effect.suggestions === 1 ? (kind === "remove" ? "suggestion goes" : "suggestion follows") : kind === "remove" ? "suggestions go" : "suggestions follow"}.
          </>
        )}
        {effect.doneDocuments > 0 && (
          <>
            {" "}
            {effect.doneDocuments} of the transcripts {effect.doneDocuments === 1 ? "is" : "are"} done and{" "}
            {effect.doneDocuments === 1 ? "stays" : "stay"} done.
          </>
        )}
      </p>
      {documents.length > 0 && (
        <ul className="touched" aria-label="Transcripts that change">
          {documents.slice(0, shownDocuments).map((document) => (
            <li key={document.id}>
              {document.externalId || document.id}: {utterances(document.utterances)}
              {document.status === "done" && <span className="chip status-done">done</span>}
            </li>
          ))}
          {documents.length > shownDocuments && <li>and {documents.length - shownDocuments} more</li>}
        </ul>
      )}
    </>
  );
}
