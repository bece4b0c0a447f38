import type { TaskInsights } from "../../api/types.ts";
import { Figure } from "../../ui/charts/Figure.tsx";
import { IntervalRows } from "../../ui/charts/IntervalRows.tsx";
import { counted, fewest, scoresTold, versionName, withInterval } from "./words.ts";

/** More cannot be told apart; older ones are in the table. */
const versionsShown = 4;
const labelsShown = 16;

export function ScoresFigure(props: { task: TaskInsights }) {
  const { scores, unscored } = props.task;
  const shown = scores.slice(-versionsShown);
  const support = new Map<string, number>();
  for (const version of shown) {
    for (const label of version.labels) support.set(label.label, Math.max(support.get(label.label) ?? 0, label.right + label.missed));
  }
  const labels = [...support.keys()].sort((a, b) => support.get(b)! - support.get(a)! || a.localeCompare(b));
  const drawn = labels.slice(0, labelsShown);
  return (
    <Figure
      kicker="F1 by label and version"
      title={scoresTold(scores)}
      table={{
        columns: ["Version and label", "Right", "Wrong", "Missed", "Precision", "Recall", "F1"],
        rows: scores.flatMap((version) =>
          [version.all, ...version.labels].map((score) => [
            `${versionName(version)}, ${score === version.all ? "all" : score.label}`,
            score.right,
            score.wrong,
            score.missed,
            withInterval(score.precision),
            withInterval(score.recall),
            withInterval(score.f1),
          ]),
        ),
      }}
      note={[
        scores.length > 0 && "Exact match. Lines are 95% intervals: of F1 a bootstrap over documents, of precision and recall Wilson’s. Hollow: under 20 gold items, too few to be sure of.",
        labels.length > drawn.length && `${labels.length - drawn.length} rarer ones are in the table.`,
        unscored > 0 && `${counted(unscored, "finished document is", "finished documents are")} left out, because several versions or people without one had begun them.`,
      ]
        .filter(Boolean)
        .join(" ")}
    >
      <IntervalRows
        name="F1 by label and version"
        series={shown.map(versionName)}
        rows={["all", ...drawn].map((label) => ({
          name: label === "all" ? "all labels" : label,
          points: shown.flatMap((version, series) => {
            const score = label === "all" ? version.all : version.labels.find((candidate) => candidate.label === label);
            return score?.f1.value == null
              ? []
              : [
                  {
                    series,
                    value: score.f1.value,
                    low: score.f1.low,
                    high: score.f1.high,
                    faint: score.right + score.missed < fewest,
                    label: `${label === "all" ? "All labels" : label}, ${versionName(version)}: F1 ${withInterval(score.f1)}, ${counted(score.right + score.missed, "gold item")}`,
                  },
                ];
          }),
        }))}
      />
    </Figure>
  );
}
