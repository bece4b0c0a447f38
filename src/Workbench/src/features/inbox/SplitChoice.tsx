import { useState } from "react";
import { api } from "../../api/client.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { nameOf } from "./utterances.ts";

const most = 500;

/** The utterances of an intent to choose from, and clusters of them that choose many at once. */
export function SplitChoice(props: {
  projectId: string;
  intent: string;
  onChoose: (chosen: { documentId: string; turn: number }[]) => void;
}) {
  const { projectId, intent } = props;
  const all = useAnswer(`decided ${projectId} ${intent}`, async () => ({
    ...(await api.inbox(projectId, { state: "decided", decided: intent, limit: most })),
    parts: await api.proposals(projectId, intent),
  }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (all.problem && !all.value) return <ProblemBox problem={all.problem} onRetry={all.reload} />;
  if (!all.value) return <Loading what="its utterances" />;

  function choose(names: ReadonlySet<string>) {
    setChosen(names);
    props.onChoose(all.value!.items.filter((item) => names.has(nameOf(item))).map(({ documentId, turn }) => ({ documentId, turn })));
  }

  return (
    <fieldset className="split">
      <legend>Which of its utterances become the other intent ({chosen.size} chosen)</legend>
      {all.value.parts.length > 0 && (
        <div className="row" role="group" aria-label="Choose by subject">
          {all.value.parts.map((part, index) => {
            const names = part.utterances.map(nameOf);
            return (
              <button
                key={`${index} ${part.words.join(" ")}`}
                type="button"
                aria-pressed={names.every((name) => chosen.has(name))}
                onClick={() => choose(new Set(names.every((name) => chosen.has(name)) ? [...chosen].filter((name) => !names.includes(name)) : [...chosen, ...names]))}
              >
                {part.words.slice(0, 3).join(", ") || "alike"} <span className="numbers muted">{part.count}</span>
              </button>
            );
          })}
        </div>
      )}
      <ul className="group" aria-label="Utterances">
        {all.value.items.map((item) => (
          <li key={nameOf(item)}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(nameOf(item))}
                onChange={() => {
                  const next = new Set(chosen);
                  if (!next.delete(nameOf(item))) next.add(nameOf(item));
                  choose(next);
                }}
              />
              {item.text}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
