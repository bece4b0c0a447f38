import type { SessionView } from "../corrections/session.ts";

export function SaveStatus(props: { view: SessionView; onRetry: () => void }) {
  const { saving, waiting, problem } = props.view;
  const changes = `${waiting} ${waiting === 1 ? "change" : "changes"}`;
  const words =
    saving === "saved"
      ? "Saved"
      : saving === "saving"
        ? "Saving…"
        : saving === "signedOut"
          ? `Signed out: ${changes} kept here`
          : `${waiting > 0 ? `${changes} kept here, ` : ""}trying again…`;
  return (
    <span className={`save-status ${saving}`} role="status" data-testid="saving" data-saving={saving} data-waiting={waiting}>
      <span className="save-dot" aria-hidden="true" />
      {words}
      {saving === "offline" && (
        <>
          {problem && (
            <code className="code" title={problem.detail}>
              {problem.code}
            </code>
          )}
          <button type="button" className="quiet" onClick={props.onRetry}>
            Now
          </button>
        </>
      )}
    </span>
  );
}
