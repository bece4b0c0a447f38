import { useContext, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { api } from "../api/client.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import type { AnnotatedDocument, Caller, Project } from "../api/types.ts";
import { isUndecidedTurn } from "../corrections/apply.ts";
import { leaveReopened, showing } from "../corrections/reopened.ts";
import type { Notice } from "../corrections/session.ts";
import { useDocument } from "../corrections/sessions.ts";
import { WithdrawDialog } from "../features/lineage/WithdrawDialog.tsx";
import { WithdrawnBox } from "../features/lineage/WithdrawnBox.tsx";
import { noteCommands } from "../features/note/commands.ts";
import { identifyingLabels, veiled } from "../features/note/identity.ts";
import { NotePage } from "../features/note/NotePage.tsx";
import { useIdentity } from "../features/note/useIdentity.ts";
import { transcriptCommands } from "../features/transcript/commands.ts";
import { TranscriptPage } from "../features/transcript/TranscriptPage.tsx";
import type { Span } from "../text/tokens.ts";
import { CompleteDialog } from "../ui/CompleteDialog.tsx";
import { printed } from "../ui/keymap.ts";
import { Empty, Loading, ProblemBox } from "../ui/parts.tsx";
import { useKeymap } from "../ui/useKeymap.ts";
import { ConflictDialog } from "./ConflictDialog.tsx";
import { neighbour, orderAround, type DocumentOrder } from "./documentOrder.ts";
import { NoticeBox } from "./NoticeBox.tsx";
import { go, hrefOf } from "./route.ts";
import { SetAsideBox } from "./SetAsideBox.tsx";
import { SavedElsewhere } from "./SavedElsewhere.tsx";
import { SaveStatus } from "./SaveStatus.tsx";
import { SignedOutContext } from "./signedOut.ts";

/** Milliseconds. */
const askAgainAfter = 3000;

export function DocumentPage(props: {
  id: string;
  /** Where to begin. */
  at?: number | undefined;
  /** The page it was opened from, when that is not the list of documents: there one goes back, also when the document is complete. */
  from?: "label-errors" | undefined;
  projects: Project[];
  caller: Caller;
  /** Projects that the caller manages. */
  managed: Project[];
  bar: HTMLElement | null;
  /** The list that a document was opened from. */
  order: React.RefObject<DocumentOrder | undefined>;
  /** The document has a label that the project had not when it was fetched: somebody has changed the schema. */
  onForeignLabel: () => void;
}) {
  const opened = useDocument(props.id);
  const signedOut = useContext(SignedOutContext);
  const { hidden } = useIdentity();
  const noteKeys = useKeymap("note", noteCommands);
  const transcriptKeys = useKeymap("transcript", transcriptCommands);
  const [problem, setProblem] = useState<Problem>();
  const [completing, setCompleting] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [withdrawing, setWithdrawing] = useState(false);
  /** Of a transcript: its entities are marked, as on a note. */
  const [entities, setEntities] = useState(false);
  const saving = opened?.view.saving;

  // One that was opened again to mend a label error and is left as it was is done again.
  const unsent = useRef(false);
  unsent.current = saving !== undefined && saving !== "saved";
  useEffect(() => {
    const end = showing(props.id);
    return () => {
      end();
      void leaveReopened(props.id, unsent.current);
    };
  }, [props.id]);

  useEffect(() => {
    if (saving === "signedOut") signedOut();
  }, [saving, signedOut]);

  // Unsent changes are journalled, yet sending them before the page goes is better still.
  useEffect(() => {
    if (saving !== "saving") return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [saving]);

  // What failed for want of an answer may have been done all the same: once the service answers, the page shows what it holds.
  const waits = problem?.isTemporary === true;
  const asked = opened?.session;
  useEffect(() => {
    if (!waits || !asked || saving !== "saved") return;
    const timer = setInterval(() => {
      asked.reload().then(
        () => setProblem(undefined),
        () => undefined,
      );
    }, askAgainAfter);
    return () => clearInterval(timer);
  }, [waits, asked, saving]);

  const foreign = foreignLabels(opened?.view.document, props.projects);
  const { onForeignLabel } = props;
  useEffect(() => {
    if (foreign !== "") onForeignLabel();
  }, [foreign, onForeignLabel]);

  if (!opened) return <Loading what="the document" />;
  const { session, view } = opened;
  const document = view.document;
  if (!document) {
    return view.problem ? (
      <ProblemBox problem={view.problem} onRetry={() => void session.open()} />
    ) : (
      <Loading what="the document" />
    );
  }
  const project = props.projects.find((candidate) => candidate.id === document.projectId);
  if (!project) return <Empty title="The document’s project is not there" />;

  const manages = props.managed.includes(project);
  const lineage = hrefOf({ page: "lineage", subject: { kind: "document", id: document.id } });

  const isTranscript = document.turns.length > 0 && !entities;
  const chooseKey = isTranscript ? printed(transcriptKeys.map, "conflicts") : printed(noteKeys.map, "conflicts");
  const conflicts = view.notice?.setAside.filter((entry) => !entry.refused) ?? [];
  const told = hidden && view.notice ? veiled(document.text, marksOf(document, view.notice), identifyingLabels(project.labels)) : document.text;
  const undecided =
    document.mentions.filter((mention) => mention.state === "suggested").length +
    document.turns.filter((turn) => isUndecidedTurn(turn) && turn.suggestion).length;

  async function attempt(action: () => Promise<void>): Promise<boolean> {
    setProblem(undefined);
    try {
      await action();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    }
  }

  async function complete(rest?: "accept" | "reject") {
    setCompleting(false);
    const done = await attempt(async () => {
      await api.complete(props.id, await session.flushed(), rest);
      await session.reload();
    });
    if (!done) return;
    if (props.from) await back();
    else await openNeighbour(1, true);
  }

  async function back() {
    if (props.from) {
      await leaveReopened(props.id, unsent.current);
      return go({ page: props.from });
    }
    go(document!.reader ? { page: "tasks" } : { page: "documents", projectId: document!.projectId });
  }

  async function openNeighbour(by: 1 | -1, quiet = false) {
    // A working copy is in no list: the queue says what comes after it.
    if (document!.reader) return go({ page: "tasks" });
    await attempt(async () => {
      const next = await neighbour(orderAround(props.order.current, document!.projectId, props.id), props.id, by);
      props.order.current = next.order;
      if (next.id) go({ page: "document", id: next.id });
      else if (!quiet) go({ page: "documents", projectId: document!.projectId });
    });
  }

  const page = {
    project,
    document,
    session,
    at: props.at,
    onComplete: () => (undecided > 0 ? setCompleting(true) : void complete()),
    onReopen: () =>
      void attempt(async () => {
        await api.reopen(props.id, await session.flushed());
        await session.reload();
      }),
    onSuggest: () =>
      void attempt(async () => {
        await session.flushed();
        await api.suggest(props.id, document.turns.length > 0 && entities);
        await session.reload();
      }),
    onOtherView: document.turns.length > 0 ? () => setEntities((before) => !before) : undefined,
    onConflicts: conflicts.length > 0 ? () => setChoosing(true) : undefined,
    onNext: () => void openNeighbour(1),
    onPrevious: () => void openNeighbour(-1),
    onBack: () => void back(),
  };

  return (
    <>
      {props.bar &&
        createPortal(
          <>
            <a href={hrefOf(props.from ? { page: props.from } : { page: "documents", projectId: project.id })} className="muted">
              {props.from ? "Label errors" : project.name}
            </a>
            <span className="muted" aria-hidden="true">
              /
            </span>
            <strong className="document-name">{document.externalId || document.id}</strong>
            {document.kind && <span className="muted document-kind">{document.kind.replaceAll("_", " ")}</span>}
            {document.status === "done" && <span className="chip status-done">done</span>}
            {manages && !document.withdrawn && (
              <button type="button" className="quiet" title="Who saw the document; withdraw it" onClick={() => setWithdrawing(true)}>
                Lineage…
              </button>
            )}
            <SaveStatus view={view} onRetry={() => session.wake()} />
          </>,
          props.bar,
        )}
      <div className="document-page">
        {problem && <ProblemBox problem={problem} onDismiss={() => setProblem(undefined)} />}
        <SavedElsewhere id={props.id} projectId={project.id} session={session} view={view} />
        {view.notice && (
          <NoticeBox
            notice={view.notice}
            text={told}
            chooseKey={chooseKey}
            onChoose={() => setChoosing(true)}
            onDismiss={() => session.dismissNotice()}
          />
        )}
        {document.setAside && !document.withdrawn && (
          <SetAsideBox setAside={document.setAside} documentId={document.id} onChanged={() => session.reload()} />
        )}
        {document.withdrawn ? (
          <WithdrawnBox
            documentId={document.id}
            withdrawn={document.withdrawn}
            lineageHref={lineage}
            mayErase={props.caller.administrator}
            onChanged={() => void session.reload()}
          />
        ) : isTranscript ? (
          <TranscriptPage {...page} />
        ) : (
          <NotePage {...page} />
        )}
      </div>
      {withdrawing && (
        <WithdrawDialog
          documentId={document.id}
          lineageHref={lineage}
          onClose={() => setWithdrawing(false)}
          onWithdrawn={() => {
            setWithdrawing(false);
            void session.reload();
          }}
        />
      )}
      {choosing && conflicts.length > 0 && (
        <ConflictDialog
          conflicts={conflicts}
          text={told}
          onClose={() => setChoosing(false)}
          onSettle={(conflict, side) => {
            if (conflicts.length === 1) setChoosing(false);
            session.settle(conflict, side);
          }}
        />
      )}
      {completing && (
        <CompleteDialog undecided={undecided} onChoose={(rest) => void complete(rest)} onClose={() => setCompleting(false)} />
      )}
    </>
  );
}

/** Everything that is or was marked, as far as a notice speaks of it. */
function marksOf(document: AnnotatedDocument, notice: Notice): (Span & { label: string })[] {
  const sides = notice.setAside.flatMap(({ mine, theirs, change }) => [
    ...[mine, theirs].flatMap((side) => [side.mention, ...(side.ends ?? [])]),
    change,
  ]);
  const others = notice.others.flatMap((revision) => revision.changes ?? []);
  return [...document.mentions, ...sides, ...others].flatMap((one) =>
    typeof one?.start === "number" && typeof one.end === "number" ? [{ start: one.start, end: one.end, label: one.label ?? "" }] : [],
  );
}

/** Labels of mentions that the project does not have, in one word that stays the same while they do. */
function foreignLabels(document: AnnotatedDocument | undefined, projects: readonly Project[]): string {
  const known = new Set(projects.find((project) => project.id === document?.projectId)?.labels.map((label) => label.name));
  return [...new Set(document?.mentions.map((mention) => mention.label).filter((label) => !known.has(label)))].sort().join("\n");
}
