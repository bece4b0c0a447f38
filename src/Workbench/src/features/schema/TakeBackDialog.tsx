import { api } from "../../api/client.ts";
import type { SchemaChangeEffect, SchemaJob, SchemaVersion } from "../../api/types.ts";
import { ChangeDialog } from "../../ui/ChangeDialog.tsx";
import { changeWords } from "../../ui/changeWords.ts";
import { EffectOf } from "./EffectOf.tsx";
import { whatChanged } from "./history.ts";

/** Takes a change back as a whole, after showing what that restores and what people changed since. */
export function TakeBackDialog(props: {
  projectId: string;
  version: SchemaVersion;
  /** Of the schema that is shown. */
  seen: number;
  onClose: () => void;
  onStale: () => void;
  onDone: (done: SchemaChangeEffect) => void;
  onJob: (job: SchemaJob) => void;
}) {
  const { projectId, version } = props;
  const change = { kind: "take_back", undoes: version.version } as const;

  return (
    <ChangeDialog
      title={`Take back version ${version.version}`}
      verb={changeWords.take_back}
      ready
      atOnce
      preview={() => api.previewSchema(projectId, change)}
      effectOf={(effect) => (
        <>
          <p className="hint">{whatChanged(version)}</p>
          <EffectOf
            kind="take_back"
            part={version.part === "intent" ? "label" : version.part}
            name={version.from.join(", ")}
            to={version.to ?? ""}
            effect={effect}
          />
        </>
      )}
      carryOut={async () => {
        const answer = await api.changeSchema(projectId, { ...change, version: props.seen });
        if ("state" in answer) props.onJob(answer);
        else props.onDone(answer);
      }}
      onStale={props.onStale}
      onClose={props.onClose}
    >
      <p className="hint">{whatChanged(version)}</p>
    </ChangeDialog>
  );
}
