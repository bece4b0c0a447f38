import { useState } from "react";
import { api } from "../../api/client.ts";
import type { DocumentReach, WithdrawalReason } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { count, howWords, liveWords, reasonWords } from "./words.ts";

/** Says what has seen a document, and takes it out of use. */
export function WithdrawDialog(props: { documentId: string; lineageHref: string; onClose: () => void; onWithdrawn: () => void }) {
  const reach = useAnswer(`preview ${props.documentId}`, () => api.documentReach(props.documentId));
  const [reason, setReason] = useState<WithdrawalReason>();
  const { busy, problem, attempt } = useAttempt();
  return (
    <Dialog title="Who saw this document" onClose={props.onClose} wide>
      {reach.value ? (
        <Preview reach={reach.value} href={props.lineageHref} />
      ) : reach.problem ? (
        <ProblemBox problem={reach.problem} onRetry={reach.reload} />
      ) : (
        <Loading what="who saw it" />
      )}
      <h3 className="withdraw-head">Withdraw it</h3>
      <p>
        It leaves lists, queues, held-out sets, new snapshots and exports; readings that people have begun are closed. It can be restored
        until its words are erased.
      </p>
      <fieldset className="reasons-choice">
        <legend>Why</legend>
        {(Object.keys(reasonWords) as WithdrawalReason[]).map((choice, index) => (
          <label key={choice}>
            <input
              type="radio"
              name="reason"
              checked={reason === choice}
              data-autofocus={index === 0 ? "" : undefined}
              onChange={() => setReason(choice)}
            />{" "}
            {reasonWords[choice]}
          </label>
        ))}
      </fieldset>
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        <button
          type="button"
          className="reject"
          disabled={busy || !reason}
          onClick={() =>
            void attempt(async () => {
              await api.withdraw(props.documentId, reason!);
              props.onWithdrawn();
            })
          }
        >
          Withdraw it
        </button>
        <button type="button" className="quiet" onClick={props.onClose}>
          Leave it
        </button>
      </div>
    </Dialog>
  );
}

function Preview(props: { reach: DocumentReach; href: string }) {
  const { reach } = props;
  const learnt = reach.versions.filter((version) => version.how !== "judged");
  return (
    <div className="withdrawal-preview" data-testid="preview">
      <p>
        <strong>
          {learnt.length === 0
            ? "No version has learnt from it."
            : `${count(learnt.length, "version")} learnt from it and gave ${count(reach.answers, "answer")}.`}
        </strong>{" "}
        {count(reach.snapshots.length, "snapshot")} {reach.snapshots.length === 1 ? "holds" : "hold"} it.
      </p>
      {reach.versions.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">How</th>
              <th scope="col">When</th>
              <th scope="col" className="number">
                Answers
              </th>
            </tr>
          </thead>
          <tbody>
            {reach.versions.map((version) => (
              <tr key={`${version.model.name} ${version.model.version}`}>
                <td>
                  {version.model.name} {version.model.version}
                </td>
                <td>{howWords[version.how]}</td>
                <td>{liveWords(version.live)}</td>
                <td className="number">{version.answers.toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {learnt.length > 0 && <p className="hint">After a withdrawal they keep what they learnt: train again and retire them.</p>}
      <p>
        <a href={props.href}>The whole lineage</a>
      </p>
    </div>
  );
}
