import { api } from "../../api/client.ts";
import type { DocumentReach, LineageAnswer, Page, PersonReach } from "../../api/types.ts";
import { atMinute } from "../../ui/times.ts";
import { usePages, type Pages } from "../../ui/usePages.ts";
import { AnswerNode } from "./Chain.tsx";
import { Column, Listed, Node, Nodes } from "./Column.tsx";
import type { Subject } from "./subject.ts";
import { count, howWords, liveWords, shortId } from "./words.ts";

type Links = { hrefOf: (subject: Subject) => string; documentHref: (id: string) => string };

/** From a document to the right: what holds it, which versions learnt from it, the answers those gave. */
export function ReachOfDocument(props: { reach: DocumentReach } & Links) {
  const { reach } = props;
  const answers = usePages(`touched ${reach.documentId}`, (after, limit) => api.touchedAnswers(reach.documentId, after, limit));
  return (
    <>
      <Column title="Document">
        <Nodes>
          <Node
            title={reach.externalId || shortId(reach.documentId)}
            mono={!reach.externalId}
            facts={<p>{reach.answersOnIt === 0 ? "No model was asked about it." : `Models were asked about it ${count(reach.answersOnIt, "time")}.`}</p>}
            links={[{ href: props.documentHref(reach.documentId), words: "Open" }]}
          />
        </Nodes>
      </Column>
      <Column title="Snapshots" hint="That hold it.">
        {reach.snapshots.length === 0 && <p className="hint">None.</p>}
        <Nodes>
          {reach.snapshots.map((holding) => (
            <Node
              key={holding.snapshotId}
              title={`Snapshot ${holding.hash.slice(0, 12)}`}
              mono
              chips={<span className="chip">{holding.side === "train" ? "learnt from" : "held out"}</span>}
              facts={
                <p>
                  {holding.task}, revision {holding.revision}, taken {atMinute(holding.created)} by {holding.createdBy}
                </p>
              }
            />
          ))}
        </Nodes>
      </Column>
      <Column title="Versions" hint="That came to know it.">
        {reach.versions.length === 0 && <p className="hint">None.</p>}
        <Nodes>
          {reach.versions.map((version) => (
            <Node
              key={`${version.model.name} ${version.model.version}`}
              title={`${version.model.name} ${version.model.version}`}
              chips={version.inUse && <span className="chip in-use">in use</span>}
              facts={
                <>
                  <p>
                    {howWords[version.how]}
                    {version.through && ` through ${version.through.version}`}
                  </p>
                  <p>{liveWords(version.live)}</p>
                  <p>
                    {count(version.answers, "answer")}
                    {version.lost > 0 && `, ${version.lost} of them without a record`}
                    {version.callers.length > 0 && `: ${version.callers.map((caller) => `${caller.actor} ${caller.count}`).join(", ")}`}
                  </p>
                </>
              }
              links={[{ href: props.hrefOf({ kind: "version", ...version.model }), words: "What made it" }]}
            />
          ))}
        </Nodes>
        {reach.notesUnknown.length > 0 && (
          <p className="hint">
            {reach.notesUnknown.map((model) => model.version).join(", ")}: trained before replayed notes were written down; may have replayed it.
          </p>
        )}
      </Column>
      <Answers of="Of the versions that learnt from it." answers={answers} {...props} />
      {reach.gaps.length > 0 && (
        <p className="hint lineage-remark">
          The service was killed {count(reach.gaps.length, "time")}; the last answers before may not be counted. Their ids still tell their version.
        </p>
      )}
    </>
  );
}

export function Answers(
  props: {
    of: string;
    answers: Pages<Page<LineageAnswer>>;
  } & Links,
) {
  return (
    <Column title="Answers" hint={props.of}>
      <Listed what="answers" {...props.answers} onRetry={props.answers.reload} empty="None that is kept.">
        {(answer) => (
          <AnswerNode
            key={answer.id}
            answer={answer}
            href={props.hrefOf({ kind: "answer", id: answer.id })}
            documentHref={props.documentHref}
          />
        )}
      </Listed>
    </Column>
  );
}

/** From a person to the right: their documents, and the versions that learnt from them. */
export function ReachOfPerson(props: { reach: PersonReach } & Links) {
  const { reach } = props;
  const documents = usePages(`documents of ${reach.name}`, (after, limit) => api.personDocuments(reach.name, after, limit));
  return (
    <>
      <Column title="Person">
        <Nodes>
          <Node
            title={reach.name}
            facts={
              <p>
                {count(reach.corrections, "change")} on {count(reach.documents, "document")} of the projects you manage
              </p>
            }
          />
        </Nodes>
      </Column>
      <Column title="Documents" hint="Corrected, finished or brought in.">
        <Listed what="documents" {...documents} onRetry={documents.reload} empty="None.">
          {(document) => (
            <Node
              key={document.documentId}
              title={document.externalId ?? shortId(document.documentId)}
              mono={!document.externalId}
              chips={document.withdrawn && <span className="chip failed">withdrawn</span>}
              facts={
                <p>
                  {document.broughtIn && "brought in, "}
                  {count(document.corrections, "change")}, in {count(document.snapshots, "snapshot")}
                </p>
              }
              links={[
                { href: props.documentHref(document.documentId), words: "Open" },
                { href: props.hrefOf({ kind: "document", id: document.documentId }), words: "Who saw it" },
              ]}
            />
          )}
        </Listed>
      </Column>
      <Column title="Versions" hint="That learnt from this work.">
        {reach.versions.length === 0 && <p className="hint">None.</p>}
        <Nodes>
          {reach.versions.map((version) => (
            <Node
              key={`${version.model.name} ${version.model.version}`}
              title={`${version.model.name} ${version.model.version}`}
              chips={version.inUse && <span className="chip in-use">in use</span>}
              facts={
                <p>
                  {count(version.documents, "document")}
                  {version.through && `, inherited through ${version.through.version}`}
                </p>
              }
              links={[{ href: props.hrefOf({ kind: "version", ...version.model }), words: "What made it" }]}
            />
          ))}
        </Nodes>
      </Column>
    </>
  );
}
