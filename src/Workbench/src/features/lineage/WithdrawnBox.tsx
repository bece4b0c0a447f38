import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Withdrawal } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { reasonWords } from "./words.ts";

/** In place of a document that was withdrawn: by whom and why, and the ways on from there. */
export function WithdrawnBox(props: {
  documentId: string;
  withdrawn: Withdrawal;
  lineageHref: string;
  mayErase: boolean;
  onChanged: () => void;
}) {
  const { withdrawn } = props;
  const [erasing, setErasing] = useState(false);
  const { busy, problem, attempt } = useAttempt();
  const change = (action: () => Promise<unknown>) =>
    void attempt(async () => {
      await action();
      props.onChanged();
    });
  return (
    <main className="page withdrawn">
      <h1>This document was withdrawn</h1>
      <p>
        {reasonWords[withdrawn.reason]}; by {withdrawn.by}, {atMinute(withdrawn.at)}.
      </p>
      <p>
        {withdrawn.erased
          ? `Its words were erased by ${withdrawn.erasedBy ?? "?"}, ${atMinute(withdrawn.erased)}. Who did what when is still in the log.`
          : "It is in no list, queue or new snapshot, and takes no change."}
      </p>
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {!withdrawn.erased && (
          <button type="button" className="primary" disabled={busy} onClick={() => change(() => api.restore(props.documentId))}>
            Restore it
          </button>
        )}
        {!withdrawn.erased && props.mayErase && (
          <button type="button" className="reject" disabled={busy} onClick={() => setErasing(true)}>
            Erase its words…
          </button>
        )}
        <a href={props.lineageHref}>Who saw it</a>
      </div>
      {erasing && (
        <Dialog title="Erase the words for ever" onClose={() => setErasing(false)}>
          <p>
            Text, speakers, ids given by others, group, metadata, attributes and comments go from the database, also from snapshots and
            readings. Nothing brings them back.
          </p>
          <p>Versions that learnt from it keep what they learnt, and backups keep everything.</p>
          <div className="row">
            <button
              type="button"
              className="reject"
              disabled={busy}
              onClick={() => {
                setErasing(false);
                change(() => api.erase(props.documentId));
              }}
            >
              Erase them
            </button>
            <button type="button" className="quiet" data-autofocus onClick={() => setErasing(false)}>
              Leave them
            </button>
          </div>
        </Dialog>
      )}
    </main>
  );
}
