import { api } from "../../api/client.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { transcriptName } from "./utterances.ts";

/** Transcripts that somebody took out of the inbox, with the reasons. */
export function SetAsideTab(props: { projectId: string; hrefOf: (documentId: string) => string }) {
  const aside = useAnswer(`set aside ${props.projectId}`, () => api.setAsideTranscripts(props.projectId));
  const { busy, problem, dismiss, attempt } = useAttempt();
  if (aside.problem && !aside.value) return <ProblemBox problem={aside.problem} onRetry={aside.reload} />;
  if (!aside.value) return <Loading what="transcripts" />;
  return (
    <div className="page inbox-page">
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {aside.value.length === 0 ? (
        <Empty title="No transcript is set aside" />
      ) : (
        <table className="list" aria-label="Transcripts set aside">
          <thead>
            <tr>
              <th scope="col">Transcript</th>
              <th scope="col">Reason</th>
              <th scope="col">By</th>
              <th scope="col">When</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {aside.value.map((item) => (
              <tr key={item.documentId}>
                <td>
                  <a href={props.hrefOf(item.documentId)}>{transcriptName(item)}</a>
                </td>
                <td>{item.reason}</td>
                <td>{item.by}</td>
                <td className="muted">{atMinute(item.at)}</td>
                <td className="number">
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={`Take ${transcriptName(item)} back`}
                    onClick={() =>
                      void attempt(async () => {
                        await api.takeBack(item.documentId);
                        aside.reload();
                      })
                    }
                  >
                    Take back
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
