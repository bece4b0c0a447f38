import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import { followRun } from "../../api/events.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import type { TrainingRun } from "../../api/types.ts";
import { percent, ProblemBox, score } from "../../ui/parts.tsx";
import { duration, emptyCurve, extend, pathOf, rate, type Curve } from "./progress.ts";

const box = { width: 560, height: 92 };

/** A run that is not over: what it does now, live. */
export function RunCard(props: { run: TrainingRun; mayCancel: boolean; onOver: () => void }) {
  const [run, setRun] = useState(props.run);
  const [curve, setCurve] = useState<Curve>(emptyCurve);
  const [broken, setBroken] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { onOver } = props;
  const over = run.isOver;

  useEffect(
    () =>
      followRun(props.run.id, {
        progress: (progress) => {
          setBroken(false);
          setRun((before) => ({ ...before, progress }));
          setCurve((before) => extend(before, progress));
        },
        state: (now) => {
          setBroken(false);
          setRun(now);
        },
        broken: () => setBroken(true),
      }),
    [props.run.id],
  );

  // The stream is a convenience: when it breaks, ask.
  useEffect(() => {
    if (!broken || over) return;
    const timer = setInterval(() => {
      api.run(props.run.id).then(setRun, (error: unknown) => setProblem(asProblem(error)));
    }, 3000);
    return () => clearInterval(timer);
  }, [broken, over, props.run.id]);

  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);

  const progress = run.progress;
  const left = progress?.secondsLeft;
  const share = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;

  return (
    <article className="card run" data-testid="run" data-state={run.state}>
      <header>
        <h3>Training {run.task}</h3>
        <span className={`chip ${run.state}`}>{run.state}</span>
        <span className="hint">
          at most {run.minutes} min{run.base ? `, from ${run.base.version}` : ""}
        </span>
        <span className="spacer" />
        {!over && props.mayCancel && (
          <button
            type="button"
            onClick={() => {
              api.cancel(run.id).catch((error: unknown) => setProblem(asProblem(error)));
            }}
          >
            Cancel
          </button>
        )}
      </header>
      {problem && <ProblemBox problem={problem} onDismiss={() => setProblem(undefined)} />}
      {broken && !over && <p className="hint">The live line is broken; asking every few seconds instead.</p>}
      {progress ? (
        <>
          <div className="meter-row">
            <div
              className="meter"
              role="progressbar"
              aria-label={progress.phase}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(share * 100)}
            >
              <div className="meter-fill" style={{ width: `${share * 100}%` }} />
            </div>
            <span className="numbers">{percent(share)}</span>
          </div>
          <p className="hint numbers">
            {progress.phase}: {progress.done.toLocaleString("en")} of {progress.total.toLocaleString("en")} {progress.unit}
            {rate(progress) && `, ${rate(progress)}`}
            {typeof left === "number" && `, ${duration(left)} left`}
            {progress.epoch ? `, epoch ${progress.epoch}` : ""}
          </p>
        </>
      ) : (
        <p className="hint">{run.state === "queued" ? "Waiting for its turn." : "Starting."}</p>
      )}
      {curve.loss.length > 1 && <Chart curve={curve} />}
    </article>
  );
}

function Chart(props: { curve: Curve }) {
  const { loss, dev, reports } = props.curve;
  const lastLoss = loss.at(-1)!.value;
  const lastDev = dev.at(-1)?.value;
  return (
    <>
      <svg
        className="chart"
        viewBox={`-4 -6 ${box.width + 8} ${box.height + 12}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Loss ${lastLoss.toFixed(3)}${lastDev === undefined ? "" : `, held-out score ${score(lastDev)}`}`}
      >
        <line className="axis" x1={0} x2={box.width} y1={box.height} y2={box.height} />
        <path className="loss" vectorEffect="non-scaling-stroke" d={pathOf(loss, box, reports)} />
        <path className="dev" vectorEffect="non-scaling-stroke" d={pathOf(dev, box, reports)} />
      </svg>
      <p className="legend numbers">
        <span>
          <i style={{ background: "var(--accent)" }} />
          loss {lastLoss.toFixed(3)}
        </span>
        {lastDev !== undefined && (
          <span>
            <i style={{ background: "var(--warn)" }} />
            score on its dev set {score(lastDev)}
          </span>
        )}
      </p>
    </>
  );
}
