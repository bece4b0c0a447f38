import { useState } from "react";
import { api } from "../../api/client.ts";
import type { LabelDefinition, SchemaVersion } from "../../api/types.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { whatChanged } from "./history.ts";
import { TakeBackDialog } from "./TakeBackDialog.tsx";

/** Who changed labels and guidelines, the newest first. */
export function HistoryTab(props: { projectId: string; version: number; mayChange: boolean; onChanged: () => void }) {
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
      <table className="list" aria-label="Versions of the schema">
        <thead>
          <tr>
            <th scope="col" className="number">
              Version
            </th>
            <th scope="col">What changed</th>
            <th scope="col" className="number">
              Mentions
            </th>
            <th scope="col" className="number">
              Documents
            </th>
            <th scope="col">By</th>
            <th scope="col">When</th>
            {props.mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {versions.value.map((version) => (
            <tr key={version.version}>
              <td className="number">{version.version}</td>
              <td>
                {whatChanged(version)}
                {version.undoneBy != null && <p className="hint">taken back by version {version.undoneBy}</p>}
                <Differences before={version.before ?? undefined} after={version.after ?? undefined} />
              </td>
              <td className="number">{version.mentions}</td>
              <td className="number">{version.documents}</td>
              <td>{version.by}</td>
              <td>{new Date(version.at).toLocaleString()}</td>
              {props.mayChange && (
                <td>
                  {version.mayBeTakenBack && (
                    <button
                      type="button"
                      className="quiet"
                      aria-label={`Take back version ${version.version}`}
                      onClick={() => setTakingBack(version)}
                    >
                      Take back…
                    </button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {takingBack && (
        <TakeBackDialog
          projectId={props.projectId}
          version={takingBack}
          seen={props.version}
          onClose={() => setTakingBack(undefined)}
          onChanged={() => {
            setTakingBack(undefined);
            props.onChanged();
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
