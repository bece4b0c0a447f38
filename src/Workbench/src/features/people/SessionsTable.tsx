import type { OpenSession } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import type { Answer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { browserName, wayWords } from "./words.ts";

export function SessionsTable(props: { sessions: Answer<OpenSession[]>; end: (id: string) => Promise<void> }) {
  const { busy, problem, dismiss, attempt } = useAttempt();
  const { sessions } = props;
  if (!sessions.value) {
    return sessions.problem ? <ProblemBox problem={sessions.problem} onRetry={sessions.reload} /> : <Loading what="sessions" />;
  }
  return (
    <>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {sessions.value.length === 0 ? (
        <p className="hint">Nobody is signed in.</p>
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Signed in</th>
              <th scope="col">By</th>
              <th scope="col">From</th>
              <th scope="col">Ends</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.value.map((session) => (
              <tr key={session.id} data-testid="session">
                <th scope="row">{session.name}</th>
                <td>{atMinute(session.created)}</td>
                <td>{wayWords[session.way]}</td>
                <td title={session.browser ?? undefined}>
                  {browserName(session.browser)} <span className="muted">{session.address}</span>
                </td>
                <td className="muted">{atMinute(session.expires)}</td>
                <td className="actions">
                  {session.present ? (
                    <span className="chip in-use">this one</span>
                  ) : (
                    <button
                      type="button"
                      disabled={busy}
                      aria-label={`End the session of ${session.name} from ${atMinute(session.created)}`}
                      onClick={() =>
                        void attempt(async () => {
                          await props.end(session.id);
                          sessions.reload();
                        })
                      }
                    >
                      End
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
