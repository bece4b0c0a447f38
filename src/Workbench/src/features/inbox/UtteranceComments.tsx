import { useMemo } from "react";
import { api } from "../../api/client.ts";
import type { AnnotatedDocument, InboxUtterance } from "../../api/types.ts";
import { CommentDialog } from "../../comments/CommentDialog.tsx";
import { turnQuote } from "../../comments/threads.ts";
import { useComments } from "../../comments/useComments.ts";
import { turnPlaces } from "../../text/turnPlaces.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";

/** The comments on the transcript of an utterance, at that utterance. */
export function UtteranceComments(props: { utterance: InboxUtterance; onClose: () => void }) {
  const { documentId } = props.utterance;
  const transcript = useAnswer(`transcript ${documentId}`, () => api.document(documentId));
  if (transcript.value) return <Loaded {...props} transcript={transcript.value} />;
  return (
    <Dialog title="Comments" onClose={props.onClose} wide>
      {transcript.problem ? <ProblemBox problem={transcript.problem} onRetry={transcript.reload} /> : <Loading what="comments" />}
    </Dialog>
  );
}

function Loaded(props: { utterance: InboxUtterance; transcript: AnnotatedDocument; onClose: () => void }) {
  const { transcript, utterance } = props;
  const places = useMemo(() => turnPlaces(transcript.turns), [transcript]);
  const comments = useComments(transcript.projectId, transcript.id, places);
  return (
    <CommentDialog
      comments={comments}
      place={places[utterance.turn]}
      words={utterance.text}
      quote={(thread) => turnQuote(thread, transcript, places)}
      onClose={props.onClose}
    />
  );
}
