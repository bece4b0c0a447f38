import { useId, useState } from "react";
import { api } from "../../api/client.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";

/** Finished documents that are put before readers unseen, to compare what they make of them with what is known to be right. */
export function GoldQuestions(props: { projectId: string; every: number }) {
  const { projectId } = props;
  const questions = useAnswer(`gold questions ${projectId}`, () => api.goldQuestions(projectId));
  const finished = useAnswer(`finished ${projectId}`, () => api.finishedDocuments(projectId));
  const [name, setName] = useState("");
  const { busy, problem, dismiss, attempt } = useAttempt();
  const heading = useId();
  const list = useId();

  if (!questions.value) return questions.problem ? <ProblemBox problem={questions.problem} onRetry={questions.reload} /> : null;
  const asked = new Set(questions.value.map((question) => question.documentId));
  const choices = (finished.value ?? []).filter((document) => !asked.has(document.id));
  const chosen = choices.find((document) => document.id === name || document.externalId === name);

  const change = (action: () => Promise<unknown>) =>
    void attempt(async () => {
      await action();
      setName("");
      questions.reload();
    });

  return (
    <section aria-labelledby={heading}>
      <div className="section-head">
        <h3 id={heading}>Gold questions</h3>
        <p className="hint">
          Finished documents that readers get among the others; what they make of them is compared.
          {props.every > 0 && questions.value.length === 0 && " None is chosen yet, so none is asked."}
          {props.every === 0 && questions.value.length > 0 && " “A gold question every” is 0, so none is asked."}
        </p>
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {questions.value.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col" className="number">
                Answered by
              </th>
              <th scope="col">Added by</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {questions.value.map((question) => (
              <tr key={question.documentId}>
                <th scope="row">{question.externalId || question.documentId}</th>
                <td className="number">{question.answered}</td>
                <td className="muted">{question.addedBy}</td>
                <td className="actions">
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={`Ask ${question.externalId || question.documentId} no more`}
                    title="What was answered to it no longer counts"
                    onClick={() => change(() => api.removeGoldQuestion(projectId, question.documentId))}
                  >
                    Remove
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen) change(() => api.addGoldQuestion(projectId, chosen.id));
        }}
      >
        <label>
          Finished document{" "}
          <input type="text" list={list} value={name} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </label>
        <datalist id={list}>
          {choices.map((document) => (
            <option key={document.id} value={document.externalId || document.id} />
          ))}
        </datalist>
        <button type="submit" disabled={busy || !chosen}>
          Make it a gold question
        </button>
      </form>
    </section>
  );
}
