import { useState } from "react";
import type { TaskInsights } from "../../api/types.ts";
import { CoverageRows } from "../../ui/charts/CoverageRows.tsx";
import { Figure } from "../../ui/charts/Figure.tsx";
import { percent } from "../../ui/parts.tsx";
import { counted, coverageTold, fewest, groupName, valueName, withInterval } from "./words.ts";

export function CoverageFigure(props: { task: TaskInsights }) {
  const { groups } = props.task;
  const [chosen, setChosen] = useState<string>();
  const group = groups.find((candidate) => candidate.name === chosen) ?? groups.find((candidate) => candidate.stated > 0) ?? groups[0];
  const items = props.task.task === "entities" ? "mentions" : "turns";
  return (
    <Figure
      wide
      kicker="Coverage by group"
      title={coverageTold(group)}
      controls={
        <div className="row" role="group" aria-label="Group by">
          {groups.map((candidate) => (
            <button key={candidate.name} type="button" aria-pressed={candidate === group} onClick={() => setChosen(candidate.name)}>
              {groupName(candidate.name)}
            </button>
          ))}
        </div>
      }
      table={{
        columns: [group ? groupName(group.name) : "Group", "Documents", "Finished", "Share finished", `Scored ${items}`, "F1"],
        rows: (group?.values ?? []).map((value) => [
          valueName(value),
          value.documents,
          value.done,
          value.documents === 0 ? "–" : percent(value.done / value.documents),
          value.items,
          value.tooFew ? "too few to say" : withInterval(value.f1),
        ]),
      }}
      note={
        group && (
          <>
            Read from the documents’ meta data: {group.keys.join(", ")}. F1 of suggestions of all versions; under {fewest} {items} in finished
            documents it is not shown. A difference between groups may be one of their documents rather than of the model.
          </>
        )
      }
    >
      {group && (
        <CoverageRows
          name={`Coverage by ${groupName(group.name)}`}
          rows={group.values.map((value) => ({
            name: valueName(value),
            all: value.documents,
            done: value.done,
            tooFew: value.tooFew,
            score: value.f1.value == null ? undefined : { value: value.f1.value, low: value.f1.low, high: value.f1.high },
            label: `${valueName(value)}: ${value.done} of ${counted(value.documents, "document")} finished; ${value.tooFew ? `too few ${items} to say how suggestions do (${value.items})` : `F1 ${withInterval(value.f1)} on ${value.items} ${items}`}`,
          }))}
        />
      )}
    </Figure>
  );
}
