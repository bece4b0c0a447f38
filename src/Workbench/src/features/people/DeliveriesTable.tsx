import { useEffect } from "react";
import { api } from "../../api/client.ts";
import type { WebhookDelivery } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";

const lookAgainMs = 2_000;

const errors: Record<string, string> = {
  timeout: "no answer in time",
  refused: "address not allowed",
  tls: "no secure connection",
  name_not_found: "host not found",
  unreachable: "not reachable",
};

/** What an address was told lately, and what became of it. */
export function DeliveriesTable(props: { projectId: string; webhookId: string; sent: number; onChanged: () => void }) {
  const { projectId, webhookId, sent, onChanged } = props;
  const deliveries = useAnswer(`deliveries ${webhookId} ${sent}`, () => api.deliveries(projectId, webhookId));
  const { busy, problem, dismiss, attempt } = useAttempt();
  const { reload } = deliveries;
  const waiting = deliveries.value?.some((delivery) => delivery.state === "waiting" && !delivery.lastStatus && !delivery.lastError);

  // What was just sent is answered in a moment.
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(reload, lookAgainMs);
    return () => clearInterval(timer);
  }, [waiting, reload]);

  if (deliveries.problem) return <ProblemBox problem={deliveries.problem} onRetry={reload} />;
  if (!deliveries.value) return <Loading what="deliveries" />;
  if (deliveries.value.length === 0) return <p className="hint">Nothing was sent yet.</p>;
  return (
    <>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <table className="list" data-testid="deliveries">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">State</th>
            <th scope="col">Answer</th>
            <th scope="col">Sent</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.value.map((delivery) => (
            <tr key={delivery.id}>
              <td className="muted">{atMinute(delivery.created)}</td>
              <th scope="row">
                <code className="code">{delivery.type}</code>
              </th>
              <td>
                <span className={`chip ${chips[delivery.state]}`}>{delivery.state}</span>
              </td>
              <td>{delivery.lastStatus ?? (delivery.lastError ? (errors[delivery.lastError] ?? delivery.lastError) : "–")}</td>
              <td className="muted">
                {delivery.attempts === 1 ? "once" : `${delivery.attempts} times`}
                {delivery.state === "waiting" && delivery.next && delivery.attempts > 0 && `, again ${atMinute(delivery.next)}`}
              </td>
              <td className="actions">
                <button
                  type="button"
                  disabled={busy}
                  onClick={() =>
                    void attempt(async () => {
                      await api.redeliver(projectId, webhookId, delivery.id);
                      reload();
                      onChanged();
                    })
                  }
                >
                  Send again
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const chips: Record<WebhookDelivery["state"], string> = { waiting: "running", delivered: "succeeded", failed: "failed" };
