import { api } from "../../api/client.ts";
import type { SchemaVersion } from "../../api/types.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { ConfirmChange } from "./ConfirmChange.tsx";
import { EffectOf } from "./EffectOf.tsx";
import { whatChanged } from "./history.ts";

/** Takes a change back as a whole, after showing what that restores and what people changed since. */
export function TakeBackDialog(props: {
  projectId: string;
  version: SchemaVersion;
  /** Of the schema that is shown. */
  seen: number;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { projectId, version } = props;
  const change = { kind: "take_back", undoes: version.version } as const;
  const effect = useAnswer(`take back ${projectId} ${version.version} ${props.seen}`, () => api.previewSchema(projectId, change));
  const { busy, problem, dismiss, attempt } = useAttempt();

  return (
    <Dialog title={`Take back version ${version.version}`} onClose={props.onClose} wide>
      <p className="hint">{whatChanged(version)}</p>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {effect.problem ? (
        <ProblemBox problem={effect.problem} onRetry={effect.reload} />
      ) : !effect.value ? (
        <Loading what="what would change" />
      ) : (
        <ConfirmChange
          projectId={projectId}
          change={{ ...change, version: props.seen }}
          verb="Take back"
          busy={busy}
          attempt={attempt}
          onDone={props.onChanged}
        >
          <EffectOf
            kind="take_back"
            part={version.part === "intent" ? "label" : version.part}
            name={version.from.join(", ")}
            to={version.to ?? ""}
            effect={effect.value}
          />
        </ConfirmChange>
      )}
    </Dialog>
  );
}
