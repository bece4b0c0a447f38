import { useState } from "react";
import type { TaskInsights } from "../../api/types.ts";
import { Figure } from "../../ui/charts/Figure.tsx";
import { StackedBars } from "../../ui/charts/StackedBars.tsx";
import { acceptanceTold, counted, points, withInterval } from "./words.ts";

type By = "labels" | "versions" | "weeks";

const parts = [
  { key: "accepted", name: "right as it was", fill: "fill-good" },
  { key: "relabelled", name: "another label", fill: "fill-warn" },
  { key: "resized", name: "other edges", fill: "fill-accent" },
  { key: "rejected", name: "taken away", fill: "fill-bad" },
  { key: "missed", name: "missed, added by hand", fill: "fill-hatch" },
] as const;

const shownAtMost = 18;

export function AcceptanceFigure(props: { task: TaskInsights }) {
  const [by, setBy] = useState<By>("labels");
  const { acceptance } = props.task;
  const sum = (row: (typeof acceptance.labels)[number]) => row.decided + row.counts.missed;
  const rows = by === "labels" ? acceptance.labels.toSorted((a, b) => sum(b) - sum(a)) : acceptance[by];
  const drawn = by === "weeks" ? rows.slice(-shownAtMost) : rows.slice(0, shownAtMost);
  return (
    <Figure
      kicker="Acceptance of suggestions"
      title={acceptanceTold(acceptance.all)}
      controls={
        rows.length > 0 && (
          <select aria-label="Acceptance by" value={by} onChange={(event) => setBy(event.target.value as By)}>
            <option value="labels">by label</option>
            <option value="versions">by version</option>
            <option value="weeks">by week</option>
          </select>
        )
      }
      table={{
        columns: [by === "labels" ? "Label" : by === "versions" ? "Version" : "Week of", "Decided", "Right", "Relabelled", "Resized", "Taken away", "Missed", "Right, %"],
        rows: rows.map((row) => [
          row.name,
          row.decided,
          row.counts.accepted,
          row.counts.relabelled,
          row.counts.resized,
          row.counts.rejected,
          row.counts.missed,
          withInterval(row.rate),
        ]),
      }}
      note={[
        rows.length > 0 && "As decisions stand now; the figure behind a bar is the share that was right, in percent.",
        rows.length > drawn.length && `${rows.length - drawn.length} more are in the table.`,
      ]
        .filter(Boolean)
        .join(" ")}
    >
      <StackedBars
        name={`Acceptance ${by === "labels" ? "by label" : by === "versions" ? "by version" : "by week"}`}
        shares
        series={parts}
        rows={drawn.map((row) => ({
          name: row.name,
          remark: row.rate.value == null ? "–" : points(row.rate.value),
          parts: parts.map((part, series) => ({
            series,
            value: row.counts[part.key],
            label: `${row.name}: ${counted(row.counts[part.key], "item")} ${part.name}, of ${row.decided} decided; right ${withInterval(row.rate)} %`,
          })),
        }))}
      />
    </Figure>
  );
}
