import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import type { Project, Webhook } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute, onDay } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { DeliveriesTable } from "./DeliveriesTable.tsx";
import { EventChoice } from "./EventChoice.tsx";
import { Once } from "./Once.tsx";
import { ChangeForm, RotateForm } from "./WebhookForms.tsx";
import { eventWords } from "./words.ts";

/** Other programmes that are told what happens in a project. */
export function WebhooksSection(props: { project: Project }) {
  const { id: projectId } = props.project;
  const hooks = useAnswer(`webhooks ${projectId}`, () => api.webhooks(projectId));
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [made, setMade] = useState<{ url: string; secret: string }>();
  const [url, setUrl] = useState("");
  const [chosen, setChosen] = useState<string[]>(["document.completed"]);
  const [shown, setShown] = useState<string>();
  const [editing, setEditing] = useState<{ id: string; what: "change" | "rotate" }>();
  const [sent, setSent] = useState(0);

  const change = (action: () => Promise<unknown>) =>
    attempt(async () => {
      await action();
      hooks.reload();
      setSent((count) => count + 1);
    });

  function create(event: FormEvent) {
    event.preventDefault();
    void change(async () => {
      setMade(await api.createWebhook(projectId, { url: url.trim(), events: chosen }));
      setUrl("");
    });
  }

  return (
    <section aria-labelledby="webhooks">
      <div className="section-head">
        <h2 id="webhooks">Webhooks of {props.project.name}</h2>
        <p className="hint">Other programmes that are told what happens: by identifiers, signed, never with text.</p>
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {hooks.problem && <ProblemBox problem={hooks.problem} onRetry={hooks.reload} />}
      {made && (
        <Once
          title={`Secret for ${made.url}.`}
          hint="Signatures are checked with it. It is not shown again."
          value={made.secret}
          onDone={() => setMade(undefined)}
        />
      )}
      {!hooks.value && !hooks.problem && <Loading what="webhooks" />}
      {hooks.value?.map((hook) => (
        <div key={hook.id} className="box webhook" data-testid="webhook">
          <p className="webhook-head">
            <strong>{hook.url}</strong> <State hook={hook} />
          </p>
          <p className="muted">
            {hook.events.map((type) => eventWords[type] ?? type).join(", ")} · since {onDay(hook.created)} by {hook.createdBy}
          </p>
          <p className="actions">
            <button type="button" disabled={busy} onClick={() => void change(() => api.testWebhook(projectId, hook.id))}>
              Send a test
            </button>
            <button
              type="button"
              aria-expanded={shown === hook.id}
              onClick={() => {
                setShown(shown === hook.id ? undefined : hook.id);
              }}
            >
              Deliveries
            </button>
            {!hook.disabled && (
              <button
                type="button"
                disabled={busy}
                onClick={() => void change(() => api.changeWebhook(projectId, hook.id, { paused: !hook.paused }))}
              >
                {hook.paused ? "Resume" : "Pause"}
              </button>
            )}
            {(["change", "rotate"] as const).map((what) => (
              <button
                key={what}
                type="button"
                aria-expanded={editing?.id === hook.id && editing.what === what}
                onClick={() => setEditing(editing?.id === hook.id && editing.what === what ? undefined : { id: hook.id, what })}
              >
                {what === "change" ? "Change…" : "New secret…"}
              </button>
            ))}
            {hook.disabled && (
              <button type="button" disabled={busy} onClick={() => void change(() => api.enableWebhook(projectId, hook.id))}>
                Enable
              </button>
            )}
            <button
              type="button"
              disabled={busy}
              aria-label={`Remove ${hook.url}`}
              onClick={() => void change(() => api.deleteWebhook(projectId, hook.id))}
            >
              Remove
            </button>
          </p>
          {hook.oldSecretUntil && <p className="hint">Signed with the old secret too, until {atMinute(hook.oldSecretUntil)}.</p>}
          {editing?.id === hook.id && editing.what === "change" && (
            <ChangeForm
              hook={hook}
              busy={busy}
              onClose={() => setEditing(undefined)}
              onSave={(wanted) =>
                void change(async () => {
                  await api.changeWebhook(projectId, hook.id, wanted);
                  setEditing(undefined);
                })
              }
            />
          )}
          {editing?.id === hook.id && editing.what === "rotate" && (
            <RotateForm
              hook={hook}
              busy={busy}
              onClose={() => setEditing(undefined)}
              onRotate={(hours) =>
                void change(async () => {
                  setMade(await api.rotateWebhookSecret(projectId, hook.id, hours));
                  setEditing(undefined);
                })
              }
            />
          )}
          {shown === hook.id && <DeliveriesTable projectId={projectId} webhookId={hook.id} sent={sent} onChanged={hooks.reload} />}
        </div>
      ))}
      {hooks.value?.length === 0 && <p className="hint">No programme is told anything yet.</p>}
      <form className="add-form" onSubmit={create}>
        <label>
          Address
          <input
            type="url"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
            autoComplete="off"
            placeholder="https://bots.example.org/hooks"
          />
        </label>
        <button type="submit" className="primary" disabled={busy || url.trim() === "" || chosen.length === 0}>
          Add a webhook
        </button>
        <EventChoice chosen={chosen} onChange={setChosen} />
      </form>
    </section>
  );
}

function State(props: { hook: Webhook }) {
  const { hook } = props;
  if (hook.disabled) {
    return (
      <span className="chip failed">
        disabled on {onDay(hook.disabled)}: {hook.disabledReason === "gone" ? "it answered that it is gone" : "it failed for days"}
      </span>
    );
  }
  if (hook.paused) return <span className="chip">paused since {atMinute(hook.paused)}: messages wait</span>;
  if (hook.failingSince) return <span className="chip running">failing since {atMinute(hook.failingSince)}</span>;
  return <span className="chip succeeded">active</span>;
}
