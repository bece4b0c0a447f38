import { useState } from "react";
import { api } from "../../api/client.ts";
import type { Project, Task } from "../../api/types.ts";
import { Empty, Loading, ProblemBox } from "../../ui/parts.tsx";
import { Hatch } from "../../ui/charts/Figure.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { AcceptanceFigure } from "./AcceptanceFigure.tsx";
import { CoverageFigure } from "./CoverageFigure.tsx";
import { LabelFigure } from "./LabelFigure.tsx";
import { LearningFigure } from "./LearningFigure.tsx";
import { PeopleFigure } from "./PeopleFigure.tsx";
import { ScoresFigure } from "./ScoresFigure.tsx";
import { TimeFigure } from "./TimeFigure.tsx";
import { counted, seconds, withInterval } from "./words.ts";

/** How good suggestions are, what they cost and whom they serve, drawn from the log of corrections. */
export function QualityPage(props: {
  project: Project;
  /** To the probable label errors; absent for those who may not see them. */
  errorsHref?: string | undefined;
}) {
  const insights = useAnswer(`insights ${props.project.id}`, () => api.insights(props.project.id));
  const [chosen, setChosen] = useState<Task>();

  if (!insights.value) {
    return insights.problem ? <ProblemBox problem={insights.problem} onRetry={insights.reload} /> : <Loading what="quality" />;
  }
  const { tasks, time, people } = insights.value;
  const task = tasks.find((candidate) => candidate.task === (chosen ?? tasks.find((other) => other.documents > 0)?.task)) ?? tasks[0]!;
  const newest = task.scores.at(-1);

  return (
    <main className="page quality">
      <Hatch />
      <header className="page-head">
        <div>
          <h1>Quality</h1>
          <p className="hint">
            Read from the log of corrections. Scores are of suggestions against what people made of them in finished documents; people saw the
            suggestions, so they flatter.
          </p>
        </div>
        <span className="spacer" />
        <div className="row" role="group" aria-label="Task">
          {tasks.map((candidate) => (
            <button
              key={candidate.task}
              type="button"
              aria-pressed={candidate === task}
              onClick={() => setChosen(candidate.task)}
            >
              {candidate.task === "entities" ? "Mentions" : "Intents"}
            </button>
          ))}
          {props.errorsHref && (
            <a className="button primary" href={props.errorsHref}>
              Probable label errors
            </a>
          )}
          <button type="button" className="quiet" onClick={insights.reload}>
            Refresh
          </button>
        </div>
      </header>
      {insights.problem && <ProblemBox problem={insights.problem} onRetry={insights.reload} />}
      {task.documents === 0 ? (
        <Empty title="There are no documents of this kind yet" />
      ) : (
        <>
          <dl className="tiles">
            <Tile name="Finished" value={`${task.done} / ${task.documents}`} remark="documents" />
            <Tile
              name="Right as suggested"
              value={withInterval(task.acceptance.all.rate)}
              remark={`% of ${counted(task.acceptance.all.decided, "decided suggestion")}`}
            />
            <Tile name="F1 of suggestions" value={withInterval(newest?.all.f1)} remark={newest ? `${newest.model.name} ${newest.model.version}` : "none scored"} />
            <Tile
              name="Median per document"
              value={time.perDocument ? seconds(time.perDocument.median) : "–"}
              remark={time.perDecision ? `${seconds(time.perDecision.median)} a decision` : "no time known"}
            />
          </dl>
          <div className="figures">
            <LearningFigure task={task} />
            <ScoresFigure task={task} />
            <AcceptanceFigure task={task} />
            <LabelFigure task={task} />
            <TimeFigure time={time} people={people} />
            <PeopleFigure people={people} />
            <CoverageFigure task={task} />
          </div>
        </>
      )}
    </main>
  );
}

const Tile = (props: { name: string; value: string; remark: string }) => (
  <div className="tile">
    <dt>{props.name}</dt>
    <dd>
      <strong className="numbers">{props.value}</strong> <span className="muted">{props.remark}</span>
    </dd>
  </div>
);
