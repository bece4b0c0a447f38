import { useId, useState } from "react";
import { api } from "../../api/client.ts";
import type { Assignment } from "../../api/types.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { nameOf, states } from "./words.ts";

const shown = 50;

/** For those who give out work: what is not getting done. A skipped reading keeps its document from gold until it is given to somebody else or taken back. */
export function OpenReadings(props: {
  projectId: string;
  readings: Assignment[];
  readers: string[];
  given: boolean;
  onChanged: () => void;
}) {
  const [skippedOnly, setSkippedOnly] = useState(false);
  const [all, setAll] = useState(false);
  const [told, setTold] = useState("");
  const { busy, problem, dismiss, attempt } = useAttempt();
  const heading = useId();

  const skipped = props.readings.filter((reading) => reading.state === "skipped");
  // What waits for a decision comes first.
  const listed = skippedOnly ? skipped : [...skipped, ...props.readings.filter((reading) => reading.state !== "skipped")];

  const change = (action: () => Promise<unknown>, done: string) =>
    void attempt(async () => {
      setTold("");
      await action();
      setTold(done);
      props.onChanged();
    });

  if (props.readings.length === 0) {
    return (
      <p role="status" className="hint">
        {told || (props.given ? "Every reading that was given out is done." : "Nothing is given out at present.")}
      </p>
    );
  }
  return (
    <section aria-labelledby={heading}>
      <div className="section-head">
        <h3 id={heading}>Not done yet</h3>
        <p className="hint">Who has begun a document keeps what they wrote, and it counts if they finish it.</p>
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      <label className="row">
        <input type="checkbox" checked={skippedOnly} onChange={(event) => setSkippedOnly(event.target.checked)} />
        skipped only ({skipped.length})
      </label>
      <p role="status" className="hint">
        {told}
      </p>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Document</th>
            <th scope="col">Reader</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {(all ? listed : listed.slice(0, shown)).map((reading) => {
            const person = reading.holder ?? reading.person;
            return (
              <tr key={reading.id}>
                <th scope="row">{nameOf(reading)}</th>
                <td>{person ?? <span className="muted">anybody</span>}</td>
                <td>
                  <span className="chip">{states[reading.state]}</span> {reading.skipReason && <span className="hint">{reading.skipReason}</span>}
                </td>
                <td className="actions">
                  <select
                    aria-label={`Give ${nameOf(reading)}, reading of ${person ?? "anybody"}, to`}
                    value=""
                    disabled={busy}
                    onChange={(event) => {
                      const to = event.target.value === anybody ? null : event.target.value.slice(1);
                      change(() => api.giveAssignment(props.projectId, reading.id, to), `${nameOf(reading)} was given to ${to ?? "anybody"}.`);
                    }}
                  >
                    <option value="">Give to…</option>
                    {reading.person && <option value={anybody}>anybody</option>}
                    {props.readers
                      .filter((name) => name !== person || reading.state === "skipped")
                      .map((name) => (
                        <option key={name} value={`=${name}`}>
                          {name}
                        </option>
                      ))}
                  </select>{" "}
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={`Take back ${nameOf(reading)} from ${person ?? "anybody"}`}
                    onClick={() =>
                      change(() => api.takeBackAssignment(props.projectId, reading.id), `${nameOf(reading)} is read by one fewer.`)
                    }
                  >
                    Take back
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {!all && listed.length > shown && (
        <p className="more">
          <button type="button" onClick={() => setAll(true)}>
            All {listed.length}
          </button>
        </p>
      )}
    </section>
  );
}

// No name: those have "=" before them.
const anybody = "anybody";
