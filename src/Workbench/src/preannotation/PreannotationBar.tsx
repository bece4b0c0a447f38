import { api } from "../api/client.ts";
import { JobBox } from "../ui/JobBox.tsx";
import { ProblemBox } from "../ui/parts.tsx";
import { useAttempt } from "../ui/useAttempt.ts";
import { usePreannotation } from "./usePreannotation.ts";
import { aheadOf, endOf, progressOf } from "./words.ts";

/** Offers to have documents marked up by the models in use, and shows how far that is; nothing where none is ahead. For those who manage the project. */
export function PreannotationBar(props: { projectId: string; onEnd: () => void }) {
  const { projectId } = props;
  const { job, follow, dismiss, ahead } = usePreannotation(projectId, props.onEnd);
  const { busy, problem, dismiss: dismissProblem, attempt } = useAttempt();
  if (job) {
    return (
      <JobBox
        job={job}
        label="Marking up"
        testId="preannotation"
        title={job.state === "waiting" ? `Documents are marked up by the models in use, asked for by ${job.by}` : endOf(job)}
        done={job.done + job.failed}
        total={job.progress?.total}
        progress={progressOf(job)}
        hint="What is marked up can be worked on already. You may leave this page: the work goes on."
        stop="Stop"
        onStop={async () => follow(await api.cancelPreannotation(projectId, job.id))}
        onDismiss={dismiss}
      />
    );
  }

  const scope = ahead && (ahead.missing > 0 ? "missing" : ahead.outdated > 0 ? "outdated" : undefined);
  if (!scope) return null;
  return (
    <section className="job" aria-label="Marking up" data-testid="preannotation">
      <div className="row">
        <p role="status">{aheadOf(scope, ahead[scope])}</p>
        <span className="spacer" />
        <button type="button" disabled={busy} onClick={() => void attempt(async () => follow(await api.preannotate(projectId, scope)))}>
          {scope === "missing" ? "Pre-annotate them" : "Suggest anew"}
        </button>
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismissProblem} />}
    </section>
  );
}
