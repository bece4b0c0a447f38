import { api } from "../../api/client.ts";
import type { ReadyTranscript } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { transcriptName } from "./utterances.ts";

/** Shows the transcripts on which everything is decided before one key marks them as done. */
export function ReadyDialog(props: {
  projectId: string;
  hrefOf: (documentId: string) => string;
  onComplete: (ready: ReadyTranscript[]) => void;
  onClose: () => void;
}) {
  const ready = useAnswer(`ready ${props.projectId}`, () => api.readyTranscripts(props.projectId));
  const items = ready.value ?? [];
  return (
    <Dialog title="Transcripts that are decided" onClose={props.onClose} wide>
      {ready.problem && <ProblemBox problem={ready.problem} onRetry={ready.reload} />}
      {!ready.value && !ready.problem && <Loading what="transcripts" />}
      {ready.value && (
        <>
          <p>
            {items.length === 0
              ? "There is none at present: somewhere an utterance of every open transcript waits."
              : "Done, they are gold: the next model learns from them."}
          </p>
          <ul className="group" aria-label="Decided transcripts">
            {items.map((item) => (
              <li key={item.documentId}>
                <a href={props.hrefOf(item.documentId)}>{transcriptName(item)}</a>{" "}
                <span className="hint">
                  {item.utterances} {item.utterances === 1 ? "utterance" : "utterances"}
                </span>
              </li>
            ))}
          </ul>
          {items.length > 0 && (
            <p>
              <button type="button" className="primary" ref={(button) => button?.focus()} onClick={() => props.onComplete(items)}>
                Complete {items.length === 1 ? "it" : `all ${items.length}`} <kbd>Enter</kbd>
              </button>
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}
