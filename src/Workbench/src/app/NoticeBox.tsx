import type { RevisionChange } from "../api/types.ts";
import type { Notice } from "../corrections/session.ts";

export function NoticeBox(props: { notice: Notice; text: string; onDismiss: () => void }) {
  const { notice, text } = props;
  return (
    <div className={notice.kind === "refused" ? "box problem" : "box notice"} role="alert" data-testid="notice">
      <div className="told">
        {notice.others.length > 0 && (
          <>
            <p>Somebody else changed this document while you did; their changes are on the page now:</p>
            <ul>
              {notice.others.map((other) => (
                <li key={other.revision}>
                  <strong>{other.by ?? "somebody"}</strong>
                  {other.at && <span className="muted"> at {new Date(other.at).toLocaleTimeString()}</span>}: {sum(other, text)}
                </li>
              ))}
            </ul>
          </>
        )}
        {notice.kind === "merged" && notice.others.length === 0 && (
          <p>The document had changed; what you did was made again upon its present state.</p>
        )}
        {notice.reapplied > 0 && (
          <p>
            {notice.reapplied} of your unsent {notice.reapplied === 1 ? "changes was" : "changes were"} kept.
          </p>
        )}
        {notice.problem && (
          <p>
            The service refused: {notice.problem.detail} <code className="code">{notice.problem.code}</code>
          </p>
        )}
        {notice.setAside.length > 0 && (
          <>
            <p>Not made:</p>
            <ul>
              {notice.setAside.map((entry, index) => (
                <li key={index}>
                  {inWords(entry.change, text)} – {entry.reason}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <p className="actions">
        <button type="button" onClick={props.onDismiss}>
          Understood
        </button>
      </p>
    </div>
  );
}

const shown = 4;

type Told = Pick<RevisionChange["changes"][number], "action" | "start" | "end" | "label" | "turn" | "intent">;

function sum(revision: RevisionChange, text: string): string {
  const changes = revision.changes ?? [];
  const words = changes.slice(0, shown).map((change) => inWords(change, text));
  if (changes.length > shown) words.push(`and ${changes.length - shown} more`);
  return words.join("; ") || "finished or reopened it";
}

function inWords(change: Told, text: string): string {
  const words =
    typeof change.start === "number" && typeof change.end === "number"
      ? ` “${text.slice(change.start, change.end).replace(/\s+/g, " ").slice(0, 60)}”`
      : "";
  if (typeof change.turn === "number") return `turn ${change.turn + 1}: ${change.intent ?? "no intent"}`;
  return `${change.action}${words}${change.label ? ` ${change.label}` : ""}`;
}
