import type { TaskInsights } from "../../api/types.ts";
import { Figure } from "../../ui/charts/Figure.tsx";
import { StackedBars } from "../../ui/charts/StackedBars.tsx";
import { counted, labelsTold } from "./words.ts";

const shownAtMost = 18;

export function LabelFigure(props: { task: TaskInsights }) {
  const labels = props.task.labels.toSorted((a, b) => b.items - a.items || b.open - a.open);
  const drawn = labels.slice(0, shownAtMost);
  const item = props.task.task === "entities" ? "mention" : "turn";
  return (
    <Figure
      kicker={props.task.task === "entities" ? "Labels" : "Intents"}
      title={labelsTold(props.task)}
      table={{
        columns: [props.task.task === "entities" ? "Label" : "Intent", "Kept or made", "In documents", "Open suggestions"],
        rows: labels.map((label) => [label.label, label.items, label.documents, label.open]),
      }}
      note={labels.length > drawn.length ? `${labels.length - drawn.length} more are in the table.` : undefined}
    >
      <StackedBars
        name={`How often each ${props.task.task === "entities" ? "label" : "intent"} was given`}
        series={[
          { name: "kept or made by people", fill: "fill-accent" },
          { name: "open suggestions", fill: "fill-open" },
        ]}
        rows={drawn.map((label) => ({
          name: label.label,
          remark: String(label.items),
          parts: [
            {
              series: 0,
              value: label.items,
              label: `${label.label}: ${counted(label.items, item)} in ${counted(label.documents, "document")}`,
            },
            { series: 1, value: label.open, label: `${label.label}: ${counted(label.open, "open suggestion")}` },
          ],
        }))}
      />
    </Figure>
  );
}
