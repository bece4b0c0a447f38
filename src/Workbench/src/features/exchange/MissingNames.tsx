import { api } from "../../api/client.ts";
import type { ImportCheck, Project } from "../../api/types.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { counted } from "./words.ts";

/** So many names are read through before they are added at once; a file with more is probably of another project. */
const mostAdded = 200;

/** Labels and intents of the file that the project does not have: they are added here, or the file is mended. */
export function MissingNames(props: { project: Project; check: ImportCheck; onAdded: () => void }) {
  const { project, check } = props;
  const { busy, problem, dismiss, attempt } = useAttempt();
  const { missingLabels: labels, missingIntents: intents } = check;
  if (labels.length + intents.length === 0) return null;

  const add = () =>
    attempt(async () => {
      try {
        for (const to of intents) await api.changeIntents(project.id, { kind: "add", to });
        for (const to of labels) {
          const { version } = await api.schema(project.id);
          await api.changeSchema(project.id, { kind: "add", part: "label", from: [], to, version });
        }
      } finally {
        // Also when one was refused: those before it are there.
        props.onAdded();
      }
    });

  return (
    <div className="box notice" data-testid="missing">
      <p>
        The project does not have {[counted(intents.length, "intent"), counted(labels.length, "label")].filter((part) => !part.startsWith("0")).join(" and ")} of the
        file:
      </p>
      <ul className="names">
        {[...intents, ...labels].map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <p className="actions">
        <button type="button" disabled={busy || labels.length + intents.length > mostAdded} onClick={() => void add()}>
          {busy ? "Adding…" : "Add them to the project"}
        </button>
      </p>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
    </div>
  );
}
