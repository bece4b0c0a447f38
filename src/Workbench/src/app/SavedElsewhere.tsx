import { useEffect, useRef, useState } from "react";
import type { DocumentSession, SessionView } from "../corrections/session.ts";
import { useProjectEvents } from "../ui/useProjectEvents.ts";

/** The answer to an own save may come after the event that tells of it. */
const settleMs = 1_500;

/** Says that somebody else, or the same person elsewhere, has saved the open document, before a save meets it. */
export function SavedElsewhere(props: { id: string; projectId: string; session: DocumentSession; view: SessionView }) {
  const [newer, setNewer] = useState<{ revision: number; own: boolean }>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useProjectEvents(props.projectId, (event) => {
    if (event === "reset") return;
    const about = event.data["copy"] ?? event.data["document"];
    const revision = event.data["revision"];
    if (about !== props.id || typeof revision !== "number") return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setNewer({ revision, own: event.own }), settleMs);
  });

  const known = props.view.document?.revision ?? 0;
  // While something is being sent, the answer brings the others' changes by itself.
  if (!newer || newer.revision <= known || props.view.saving !== "saved") return null;
  return (
    <div className="box notice" role="status" data-testid="saved-elsewhere">
      <p className="told">
        {newer.own ? "You have saved this document in another window." : "Somebody else has saved this document."} What you see is
        revision {known}, theirs is {newer.revision}.
      </p>
      <p className="actions">
        <button type="button" onClick={() => void props.session.reload().catch(() => undefined)}>
          Show theirs
        </button>
      </p>
    </div>
  );
}
