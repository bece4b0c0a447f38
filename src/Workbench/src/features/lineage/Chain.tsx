import { useState } from "react";
import { api } from "../../api/client.ts";
import type { LineageAnswer, LineageExample, LineageVersion } from "../../api/types.ts";
import { atMinute } from "../../ui/times.ts";
import { usePages } from "../../ui/usePages.ts";
import { Column, Listed, Node, Nodes } from "./Column.tsx";
import type { Subject } from "./subject.ts";
import { changeWords, count, shortId } from "./words.ts";

type Links = { hrefOf: (subject: Subject) => string; documentHref: (id: string) => string };

/** From a version to the right: the training that made it, the documents it learnt from, what people did to one of them. */
export function Chain(props: { versions: LineageVersion[]; documents: boolean } & Links) {
  const { versions } = props;
  const [at, setAt] = useState(0);
  const [example, setExample] = useState<LineageExample>();
  const version = versions[at] ?? versions[0]!;
  const snapshot = version.training?.snapshot;
  return (
    <>
      <Column title="Versions" hint={versions.length > 1 ? "Each started from the one below it." : undefined}>
        <Nodes>
          {versions.map((item, index) => (
            <Node
              key={`${item.model.name} ${item.model.version}`}
              title={`${item.model.name} ${item.model.version}`}
              chosen={item === version}
              onChoose={() => {
                setAt(index);
                setExample(undefined);
              }}
              chips={<VersionChips version={item} />}
              facts={
                <>
                  {item.created && <p>made {atMinute(item.created)}</p>}
                  {item.withdrawnDocuments > 0 && (
                    <p className="warned">learnt from {count(item.withdrawnDocuments, "document")} withdrawn since</p>
                  )}
                </>
              }
              links={item.task ? [{ href: props.hrefOf({ kind: "version", ...item.model }), words: "Its answers" }] : []}
            />
          ))}
        </Nodes>
      </Column>
      <Column title="Made from">
        <MadeFrom version={version} hrefOf={props.hrefOf} />
      </Column>
      {snapshot && (
        <Examples
          key={snapshot.id}
          snapshotId={snapshot.id}
          chosen={example}
          onChoose={setExample}
          reaches={props.documents}
          hrefOf={props.hrefOf}
          documentHref={props.documentHref}
        />
      )}
      {snapshot && example && <Corrections example={example} hrefOf={props.hrefOf} people={props.documents} />}
    </>
  );
}

function VersionChips(props: { version: LineageVersion }) {
  const { version } = props;
  return (
    <>
      {version.inUse && <span className="chip in-use">in use</span>}
      {version.origin === "shipped" && <span className="chip">shipped</span>}
      {version.withdrawnDocuments > 0 && <span className="chip failed">withdrawn data</span>}
    </>
  );
}

function MadeFrom(props: { version: LineageVersion; hrefOf: Links["hrefOf"] }) {
  const { training, corpora, hidden } = props.version;
  return (
    <Nodes>
      {training && (
        <Node
          title={`Training by ${training.startedBy}`}
          facts={
            <>
              <p>{atMinute(training.started)}</p>
              {training.replayedNotes !== null && training.replayedNotes !== undefined && training.replayedNotes > 0 && (
                <p>{count(training.replayedNotes, "unfinished note")} replayed, labelled by the model itself</p>
              )}
            </>
          }
          links={[{ href: props.hrefOf({ kind: "person", name: training.startedBy }), words: training.startedBy }]}
        />
      )}
      {training && (
        <Node
          title={`Snapshot ${training.snapshot.hash.slice(0, 12)}`}
          mono
          facts={
            <>
              <p>of {training.projectName}</p>
              <p>
                {training.snapshot.train.documents} to learn from, {training.snapshot.heldOut.documents} held out
              </p>
              {training.erased > 0 && <p className="warned">{count(training.erased, "example")} erased since; the hash stays</p>}
            </>
          }
        />
      )}
      {hidden && <Node title="Trained here" facts={<p>in a project that you have no role in</p>} />}
      {(corpora ?? []).map((corpus) => (
        <Node
          key={corpus.name + (corpus.sha256 ?? "")}
          title={corpus.name}
          facts={
            <p>
              {count(corpus.count, "text")}
              {corpus.licence && `, ${corpus.licence}`}
            </p>
          }
        />
      ))}
      {!training && !hidden && (corpora ?? []).length === 0 && (
        <Node title="Its card names no corpus" facts={corpora ? undefined : <p>The model’s folder is gone.</p>} />
      )}
    </Nodes>
  );
}

function Examples(
  props: {
    snapshotId: string;
    chosen: LineageExample | undefined;
    onChoose: (example: LineageExample) => void;
    /** Whether the caller may ask how far a document went. */
    reaches: boolean;
  } & Links,
) {
  const [side, setSide] = useState<"train" | "held_out">("train");
  const examples = usePages(`examples ${props.snapshotId} ${side}`, (after, limit) => api.lineageExamples(props.snapshotId, side, after, limit));
  return (
    <Column title="Examples">
      <div className="row lineage-sides" role="group" aria-label="Side of the snapshot">
        {(["train", "held_out"] as const).map((choice) => (
          <button key={choice} type="button" aria-pressed={side === choice} onClick={() => setSide(choice)}>
            {choice === "train" ? "Learnt from" : "Held out"}
          </button>
        ))}
      </div>
      <Listed what="examples" {...examples} onRetry={examples.reload} empty="None on this side.">
        {(example) => (
          <Node
            key={example.documentId}
            title={example.externalId ?? shortId(example.documentId)}
            mono={!example.externalId}
            chosen={example.documentId === props.chosen?.documentId}
            onChoose={() => props.onChoose(example)}
            chips={example.erased ? <span className="chip failed">erased</span> : example.withdrawn && <span className="chip failed">withdrawn</span>}
            facts={
              <p>
                revision {example.revision}, {count(example.corrections, "change")}
                {example.people.length > 0 && ` by ${example.people.join(", ")}`}
                {example.weight !== 1 && `, weight ${example.weight}`}
              </p>
            }
            links={[
              { href: props.documentHref(example.documentId), words: "Open" },
              ...(props.reaches ? [{ href: props.hrefOf({ kind: "document", id: example.documentId }), words: "Who saw it" }] : []),
            ]}
          />
        )}
      </Listed>
    </Column>
  );
}

function Corrections(props: { example: LineageExample; people: boolean; hrefOf: Links["hrefOf"] }) {
  const { example } = props;
  const changes = usePages(`corrections ${example.documentId} ${example.revision}`, (after, limit) =>
    api.lineageCorrections(example.documentId, example.revision, after, limit),
  );
  return (
    <Column title="Changes by people">
      <Listed what="changes" {...changes} onRetry={changes.reload} empty="It came in as it is.">
        {(change) => (
          <Node
            key={`${change.documentId} ${change.revision} ${change.action} ${change.label} ${change.turn} ${changes.value!.indexOf(change)}`}
            title={changeWords(change)}
            facts={
              <p>
                {change.documentId !== example.documentId && "on a working copy, "}revision {change.revision}, {atMinute(change.at)}
                {!props.people && `, ${change.by}`}
              </p>
            }
            links={props.people ? [{ href: props.hrefOf({ kind: "person", name: change.by }), words: change.by }] : []}
          />
        )}
      </Listed>
    </Column>
  );
}

/** One answer, wherever it stands. */
export const AnswerNode = (props: { answer: LineageAnswer; href?: string; documentHref: (id: string) => string }) => (
  <Node
    title={shortId(props.answer.id)}
    mono
    chips={!props.answer.recorded && <span className="chip failed">not kept</span>}
    facts={
      <>
        <p>
          {props.answer.kind}, {atMinute(props.answer.at)}
        </p>
        <p>
          to {props.answer.by ?? "somebody who is gone"}
          {props.answer.texts !== undefined && props.answer.texts !== null && `, ${count(props.answer.texts, "text")}`}
          {props.answer.findings !== undefined && props.answer.findings !== null && `, ${count(props.answer.findings, "finding")}`}
        </p>
        {!props.answer.recorded && <p>What stands here was read from the id, which is signed.</p>}
      </>
    }
    links={[
      ...(props.href ? [{ href: props.href, words: "What made it" }] : []),
      ...(props.answer.documentId ? [{ href: props.documentHref(props.answer.documentId), words: "Its document" }] : []),
    ]}
  />
);
