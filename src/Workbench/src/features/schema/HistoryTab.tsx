import { useState } from "react";
import { api } from "../../api/client.ts";
import type { LabelDefinition, SchemaJob, SchemaVersion } from "../../api/types.ts";
import { ChangeButtons } from "../../ui/ChangeTables.tsx";
import { ListTable } from "../../ui/ListTable.tsx";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { whatChanged } from "./history.ts";
import { doneOf } from "./progress.ts";
import { TakeBackDialog } from "./TakeBackDialog.tsx";

/** Who changed labels and guidelines, the newest first. */
export function HistoryTab(props: {
  projectId: string;
  version: number;
  /** What was done last. */
  told: string;
  mayChange: boolean;
  onStale: () => void;
  onDone: (told: string) => void;
  onJob: (job: SchemaJob) => void;
}) {
  const [takingBack, setTakingBack] = useState<SchemaVersion>();
  const versions = useAnswer(`schema versions ${props.projectId} ${props.version}`, async () => {
    const all: SchemaVersion[] = [];
    let after: string | undefined;
    do {
      const page = await api.schemaVersions(props.projectId, after);
      all.push(...page.items);
      after = page.next ?? undefined;
    } while (after);
    return all;
  });
  if (versions.problem && !versions.value) return <ProblemBox problem={versions.problem} onRetry={versions.reload} />;
  if (!versions.value) return <Loading what="the history" />;
  if (versions.value.length === 0) return <Empty title="The labels are as the project was made" />;
  return (
    <div className="page schema-page">
      <p className="hint" role="status" data-testid="told">
        {props.told}
      </p>
      <ListTable
        label="Versions of the schema"
        columns={["#Version", "What changed", "#Changed", "#Documents", "By", "When", ...(props.mayChange ? ["Change"] : [])]}
      >
        {versions.value.map((version) => (
          <tr key={version.version}>
            <td className="number">{version.version}</td>
            <td>
              {whatChanged(version)}
              {version.undoneBy != null && <p className="hint">taken back by version {version.undoneBy}</p>}
              <Differences before={version.before ?? undefined} after={version.after ?? undefined} />
            </td>
            <td className="number">{version.mentions.toLocaleString("en")}</td>
            <td className="number">{version.documents.toLocaleString("en")}</td>
            <td>{version.by}</td>
            <td>{atMinute(version.at)}</td>
            {props.mayChange && (
              <td>
                {version.mayBeTakenBack && (
                  <ChangeButtons kinds={["take_back"]} of={`version ${version.version}`} onChoose={() => setTakingBack(version)} />
                )}
              </td>
            )}
          </tr>
        ))}
      </ListTable>
      {takingBack && (
        <TakeBackDialog
          projectId={props.projectId}
          version={takingBack}
          seen={props.version}
          onClose={() => setTakingBack(undefined)}
          onStale={props.onStale}
          onDone={(done) => {
            setTakingBack(undefined);
            props.onDone(`Version ${takingBack.version} is taken back: ${doneOf(takingBack.part, done)}`);
          }}
          onJob={(job) => {
            setTakingBack(undefined);
            props.onJob(job);
          }}
        />
      )}
    </div>
  );
}

function Differences({ before, after }: { before: LabelDefinition | undefined; after: LabelDefinition | undefined }) {
  if (!before || !after) return null;
  const parts = (["colour", "key", "description"] as const).filter((part) => (before[part] ?? "") !== (after[part] ?? ""));
  return (
    <>
      {parts.map((part) => (
        <p key={part} className="hint">
          {part}: {before[part] ?? "none"} → {after[part] ?? "none"}
        </p>
      ))}
    </>
  );
}
