import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";

/** Looked at by one request; the meter moves and a stop is heard between two. */
const partSize = 50;

interface Adopted {
  looked: number;
  made: number;
  state: "going on" | "stopped" | "done";
}

/** Makes gold of the documents on which all of two or more readers have the same. */
export function Adoption(props: { projectId: string; waiting: number; onMade: () => void }) {
  const [adopted, setAdopted] = useState<Adopted>();
  const { busy, problem, dismiss, attempt } = useAttempt();
  const stopped = useRef(false);
  // Who leaves the page stops it.
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );

  const adopt = () =>
    attempt(async () => {
      stopped.current = false;
      const so = { looked: 0, made: 0 };
      let after: string | undefined;
      setAdopted({ ...so, state: "going on" });
      try {
        do {
          const part = await api.adoptAgreed(props.projectId, after, partSize);
          so.looked += part.looked;
          so.made += part.documents.length;
          after = part.next ?? undefined;
          setAdopted({ ...so, state: after ? "going on" : "done" });
        } while (after && !stopped.current);
      } finally {
        setAdopted((before) => (before?.state !== "going on" ? before : so.looked > 0 ? { ...so, state: "stopped" } : undefined));
        if (so.made > 0) props.onMade();
      }
    });

  return (
    <div className="adoption">
      <div className="row">
        <p role="status" className="hint" data-testid="adoption">
          {adopted ? inWords(adopted) : "Where two readers or more have all the same, nobody needs to look once more."}
        </p>
        <span className="spacer" />
        {busy ? (
          <button type="button" onClick={() => (stopped.current = true)}>
            Stop
          </button>
        ) : (
          <button type="button" onClick={() => void adopt()}>
            Make gold where all agree
          </button>
        )}
      </div>
      {busy && <progress aria-label="Documents looked at" value={adopted?.looked ?? 0} max={Math.max(props.waiting, adopted?.looked ?? 0)} />}
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
    </div>
  );
}

function inWords({ looked, made, state }: Adopted): string {
  const documents = made === 1 ? "1 document is" : `${made.toLocaleString("en")} documents are`;
  const counted = `${documents} gold now, of ${looked.toLocaleString("en")} looked at.`;
  return state === "going on" ? `Looking… ${counted}` : state === "stopped" ? `Stopped: ${counted}` : counted;
}
