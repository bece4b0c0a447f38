import { useMemo, useState } from "react";
import { api } from "../../api/client.ts";
import type { ConfusionCell } from "../../api/types.ts";
import { readable } from "../../ui/intentSearch.ts";
import { Empty, Loading, percent, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { matrixOf } from "./utterances.ts";

type Source = "suggestions" | "held_out";

/** Decisions beside what a model said; every cell opens the utterances behind it. */
export function ConfusionTab(props: { projectId: string; onOpen: (cell: ConfusionCell, source: Source) => void }) {
  const [source, setSource] = useState<Source>("suggestions");
  const confusion = useAnswer(`confusion ${props.projectId} ${source}`, () => api.confusion(props.projectId, source));
  const cells = confusion.value?.cells;
  const matrix = useMemo(() => matrixOf(cells ?? []), [cells]);
  const name = (intent: string) => (intent === "" ? "no intent" : readable(intent));

  return (
    <div className="page inbox-page">
      <div className="row">
        <label className="row">
          Compare decisions with
          <select value={source} onChange={(event) => setSource(event.target.value as Source)}>
            <option value="suggestions">the suggestions they were made on</option>
            <option value="held_out">the version in use, on held-out transcripts</option>
          </select>
        </label>
        {confusion.value && confusion.value.total > 0 && (
          <p className="hint" role="status">
            {confusion.value.agreed} of {confusion.value.total} agree ({percent(confusion.value.agreed / confusion.value.total)})
            {confusion.value.model && ` · ${confusion.value.model.name} ${confusion.value.model.version}`}
          </p>
        )}
      </div>
      {confusion.problem && <ProblemBox problem={confusion.problem} onRetry={confusion.reload} />}
      {!confusion.value && !confusion.problem && <Loading what="the matrix" />}
      {confusion.value?.total === 0 && <Empty title="Nothing was decided on a suggestion yet" />}
      {confusion.value && confusion.value.total > 0 && (
        <div className="matrix-scroll">
          <table className="matrix">
            <caption>Rows: what people decided. Columns: what the model said. A cell opens its utterances.</caption>
            <thead>
              <tr>
                <td />
                {matrix.suggested.map((suggested) => (
                  <th key={suggested} scope="col">
                    <span>{name(suggested)}</span>
                  </th>
                ))}
                <th scope="col" className="sum">
                  <span>all</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {matrix.decided.map((decided) => (
                <tr key={decided}>
                  <th scope="row">{name(decided)}</th>
                  {matrix.suggested.map((suggested) => {
                    const count = matrix.count(decided, suggested);
                    const share = count / matrix.total(decided);
                    return (
                      <td key={suggested}>
                        {count > 0 && (
                          <button
                            type="button"
                            className={decided === suggested ? "cell right" : "cell wrong"}
                            style={{ "--share": `${Math.round(10 + share * 40)}%` } as React.CSSProperties}
                            aria-label={`${count} decided ${name(decided)}, suggested ${name(suggested)}`}
                            onClick={() => {
                              const cell = confusion.value!.cells.find(
                                (candidate) => (candidate.decided ?? "") === decided && candidate.suggested === suggested,
                              );
                              if (cell) props.onOpen(cell, source);
                            }}
                          >
                            {count}
                          </button>
                        )}
                      </td>
                    );
                  })}
                  <td className="sum numbers">{matrix.total(decided)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
