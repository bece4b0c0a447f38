import { api } from "../api/client.ts";
import type { SetAside } from "../api/types.ts";
import { ProblemBox } from "../ui/parts.tsx";
import { atMinute } from "../ui/times.ts";
import { useAttempt } from "../ui/useAttempt.ts";

/** Above a transcript that was taken out of the inbox: by whom and why, and the way back. */
export function SetAsideBox(props: { setAside: Omit<SetAside, "documentId">; documentId: string; onChanged: () => Promise<void> }) {
  const { by, at, reason } = props.setAside;
  const { busy, problem, attempt } = useAttempt();
  return (
    <div className="box notice" role="status" data-testid="set-aside">
      <div className="told">
        <p>
          {by} set this transcript aside on {atMinute(at)}: it is not in the inbox, and nobody is given it.
        </p>
        <p className="reason">“{reason}”</p>
        {problem && <ProblemBox problem={problem} />}
      </div>
      <p className="actions">
        <button
          type="button"
          disabled={busy}
          onClick={() =>
            void attempt(async () => {
              await api.takeBack(props.documentId);
              await props.onChanged();
            })
          }
        >
          Bring it back into the inbox
        </button>
      </p>
    </div>
  );
}
