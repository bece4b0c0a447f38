import { useState } from "react";
import type { TaskInsights } from "../../api/types.ts";
import { Figure } from "../../ui/charts/Figure.tsx";
import { LineChart } from "../../ui/charts/LineChart.tsx";
import { counted, learningTold, measureOf, points, versionName, withInterval } from "./words.ts";

type Against = "documents" | "corrections";

export function LearningFigure(props: { task: TaskInsights }) {
  const [against, setAgainst] = useState<Against>("documents");
  const { task } = props;
  const measure = measureOf(task.task);
  const curve = task.learningCurve;
  return (
    <Figure
      kicker="Learning curve"
      title={learningTold(curve, task.task)}
      controls={
        curve.length > 0 && (
          <select aria-label="Learnt from" value={against} onChange={(event) => setAgainst(event.target.value as Against)}>
            <option value="documents">by documents</option>
            <option value="corrections">by corrections</option>
          </select>
        )
      }
      table={{
        columns: ["Version", "Documents", "Corrections", `Held-out ${measure}`, "Before", "Held out", "Gate"],
        rows: curve.map((point) => [
          versionName(point),
          point.documents,
          point.corrections,
          withInterval(point.score),
          point.before == null ? "–" : points(point.before),
          point.heldOutItems,
          point.passed == null ? "start" : point.passed ? "passed" : "refused",
        ]),
      }}
      note={
        curve.length > 0
          ? "Each version on the documents held out when it was trained; the set grows with the project. Hollow: refused by the gate."
          : "Train a version on the Models page: each adds a point."
      }
    >
      <LineChart
        name={`Held-out ${measure} against ${against}`}
        xName={against === "documents" ? "finished documents learnt from" : "corrections learnt from"}
        yName={`held-out ${measure}`}
        limits={[0, 1]}
        formatY={(value) => String(Math.round(value * 100))}
        points={curve.map((point) => ({
          x: point[against],
          y: point.score.value ?? 0,
          low: point.score.low,
          high: point.score.high,
          aside: point.passed === false,
          label: `${versionName(point)}: ${measure} ${withInterval(point.score)} after ${counted(point.documents, "document")} and ${counted(point.corrections, "correction")}${point.passed === false ? ", refused" : ""}`,
        }))}
      />
    </Figure>
  );
}
