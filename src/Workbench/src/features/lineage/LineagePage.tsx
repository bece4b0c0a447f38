import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { usePages } from "../../ui/usePages.ts";
import { AnswerNode, Chain } from "./Chain.tsx";
import { Column, Node, Nodes } from "./Column.tsx";
import { Answers, ReachOfDocument, ReachOfPerson } from "./Reach.tsx";
import { findDocument } from "./findDocument.ts";
import { partsOf, subjectOf, type Subject } from "./subject.ts";
import { count, liveWords } from "./words.ts";

type Links = { hrefOf: (subject: Subject) => string; documentHref: (id: string) => string };

/** Where an answer comes from, down to the people whose work it is; and how far a document or a person's work went. */
export function LineagePage(
  props: {
    subject: Subject | undefined;
    /** Where documents are looked for. */
    projectIds: readonly string[];
    manages: boolean;
    open: (subject: Subject) => void;
  } & Links,
) {
  const { subject } = props;
  const [typed, setTyped] = useState("");
  const { busy, attempt } = useAttempt();

  function search(event: FormEvent) {
    event.preventDefault();
    const found = subjectOf(typed);
    if (found?.kind !== "person") return found && props.open(found);
    // Words may be a person's name, and what a source calls its document as well.
    void attempt(async () => {
      const id = await findDocument(props.projectIds, found.name);
      props.open(id === undefined ? found : { kind: "document", id });
    });
  }

  return (
    <main className="page lineage">
      <header className="page-head">
        <div>
          <h1>Lineage</h1>
          <p className="hint">
            From an answer to its version, the examples that version learnt from, and the people whose work they are; and back.
          </p>
        </div>
        <form className="add-form" role="search" onSubmit={search}>
          <label>
            Answer, document, version or person
            <input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
              placeholder="an id, or a name"
            />
          </label>
          <button type="submit" disabled={busy || subjectOf(typed) === undefined}>
            Show
          </button>
        </form>
      </header>
      {subject ? (
        <div className="lineage-columns" key={partsOf(subject).join("/")} tabIndex={0} role="group" aria-label="Chain, from left to right">
          <Columns {...props} subject={subject} />
        </div>
      ) : (
        <Empty title="Nothing is chosen yet">
          <p>
            Paste the id of an answer (the field <code>answerId</code>, or the header <code>Answer-Id</code>), or come here from a version on
            Models, from a document, or from a person.
          </p>
        </Empty>
      )}
    </main>
  );
}

function Columns(props: { subject: Subject; manages: boolean } & Links) {
  switch (props.subject.kind) {
    case "answer":
      return <OfAnswer {...props} id={props.subject.id} />;
    case "version":
      return <OfVersion {...props} name={props.subject.name} version={props.subject.version} />;
    case "document":
      return <OfDocument {...props} id={props.subject.id} />;
    case "person":
      return <OfPerson {...props} name={props.subject.name} />;
  }
}

function OfAnswer(props: { id: string; manages: boolean } & Links) {
  const { value, problem, reload } = useAnswer(`answer ${props.id}`, () => api.answerLineage(props.id));
  if (!value) return problem ? <ProblemBox problem={problem} onRetry={reload} /> : <Loading what="the answer" />;
  return (
    <>
      <Column title="Answer">
        <Nodes>
          <AnswerNode answer={value.answer} documentHref={props.documentHref} />
        </Nodes>
      </Column>
      {value.versions.length > 0 ? (
        <Chain {...props} versions={value.versions} documents={props.manages} />
      ) : (
        <Column title="Versions">
          <p className="hint">No version of this service fits the id.</p>
        </Column>
      )}
    </>
  );
}

function OfVersion(props: { name: string; version: string; manages: boolean } & Links) {
  const { value, problem, reload } = useAnswer(`version ${props.name} ${props.version}`, () => api.versionLineage(props.name, props.version));
  const answers = usePages(`answers ${props.name} ${props.version}`, (after, limit) => api.versionAnswers(props.name, props.version, after, limit));
  if (!value) return problem ? <ProblemBox problem={problem} onRetry={reload} /> : <Loading what="the version" />;
  return (
    <>
      {answers.problem && !answers.value ? (
        // Who may not see the answers sees how many there are.
        <Column title="Answers">
          <Nodes>
            <Node title={count(value.answers, "answer")} facts={<p>{liveWords(value.live)}</p>} />
          </Nodes>
        </Column>
      ) : (
        <Answers {...props} of={`${count(value.answers, "answer")}; ${liveWords(value.live)}.`} answers={answers} />
      )}
      <Chain {...props} versions={value.versions} documents={props.manages} />
    </>
  );
}

function OfDocument(props: { id: string } & Links) {
  const { value, problem, reload } = useAnswer(`reach ${props.id}`, () => api.documentReach(props.id));
  if (!value) return problem ? <ProblemBox problem={problem} onRetry={reload} /> : <Loading what="the document" />;
  return <ReachOfDocument {...props} reach={value} />;
}

function OfPerson(props: { name: string } & Links) {
  const { value, problem, reload } = useAnswer(`person ${props.name}`, () => api.personReach(props.name));
  if (!value) return problem ? <ProblemBox problem={problem} onRetry={reload} /> : <Loading what="the person" />;
  return <ReachOfPerson {...props} reach={value} />;
}
