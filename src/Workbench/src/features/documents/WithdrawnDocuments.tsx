import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Project } from "../../api/types.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { onDay } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { useReloadOn } from "../../ui/useProjectEvents.ts";
import { nameOf } from "./documentFilter.ts";

const reasons = {
  consent_withdrawn: "consent withdrawn",
  wrong_patient: "wrong patient",
  duplicate: "duplicate",
  other: "other",
} as const;

/** What was taken out of use, for those who may take it back. */
export function WithdrawnDocuments(props: { project: Project; hrefOf: (id: string) => string; onRestored: () => void }) {
  const { id: projectId } = props.project;
  const documents = useAnswer(`withdrawn ${projectId}`, () => api.withdrawnDocuments(projectId));
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [said, setSaid] = useState("");
  useReloadOn(projectId, ["document"], documents.reload);

  const restore = (id: string, name: string) =>
    attempt(async () => {
      await api.restore(id);
      setSaid(`${name} is in use again.`);
      documents.reload();
      props.onRestored();
    });

  return (
    <>
      <p role="status" className="hint">
        {said}
      </p>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {documents.problem && <ProblemBox problem={documents.problem} onRetry={documents.reload} />}
      {!documents.value && !documents.problem && <Loading what="withdrawn documents" />}
      {documents.value?.length === 0 && <Empty title="No document is withdrawn" />}
      {documents.value && documents.value.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">Reason</th>
              <th scope="col">Withdrawn</th>
              <th scope="col">By</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {documents.value.map((document) => (
              <tr key={document.id} data-row={document.id}>
                <td>
                  <a href={props.hrefOf(document.id)}>{nameOf(document)}</a>
                </td>
                <td>{document.withdrawn && reasons[document.withdrawn.reason]}</td>
                <td>{document.withdrawn && onDay(document.withdrawn.at)}</td>
                <td className="muted">{document.withdrawn?.by}</td>
                <td>
                  {document.withdrawn?.erased ? (
                    <span className="chip failed">erased on {onDay(document.withdrawn.erased)}</span>
                  ) : (
                    <button
                      type="button"
                      disabled={busy}
                      aria-label={`Restore ${nameOf(document)}`}
                      onClick={() => void restore(document.id, nameOf(document))}
                    >
                      Restore
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {documents.value?.some((document) => document.withdrawn?.erased) && (
        <AllowAgain project={props.project} onAllowed={() => setSaid("A document may come in under this id again.")} />
      )}
    </>
  );
}

/** An import under the id of an erased document is refused until somebody says here that it is meant. */
function AllowAgain(props: { project: Project; onAllowed: () => void }) {
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [externalId, setExternalId] = useState("");
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(async () => {
          await api.allowErasedId(props.project.id, externalId);
          setExternalId("");
          props.onAllowed();
        });
      }}
    >
      <label>
        External id of an erased document
        <input value={externalId} maxLength={200} autoComplete="off" onChange={(event) => setExternalId(event.target.value)} />
      </label>
      <button type="submit" disabled={busy || externalId.trim() === ""}>
        Allow it again
      </button>
      <p className="hint">Imports refuse the ids of erased documents, so that none comes back by itself.</p>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
    </form>
  );
}
