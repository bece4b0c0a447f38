import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import type { ApiKey, KeyScope, NewKey, Project } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { onDay } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { Once } from "./Once.tsx";
import { scopes, scopeWords } from "./words.ts";

const lifetimes: [days: number | undefined, words: string][] = [
  [30, "in 30 days"],
  [90, "in 90 days"],
  [365, "in a year"],
  [undefined, "never"],
];

export function KeysSection(props: { projects: Project[] }) {
  const keys = useAnswer("keys", api.keys);
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [made, setMade] = useState<NewKey>();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<KeyScope[]>(["extract"]);
  const [projectId, setProjectId] = useState("");
  const [days, setDays] = useState<number | undefined>(90);
  const [all, setAll] = useState(false);

  function create(event: FormEvent) {
    event.preventDefault();
    void attempt(async () => {
      const expires = days === undefined ? {} : { expires: new Date(Date.now() + days * 86_400_000).toISOString() };
      setMade(await api.createKey({ name: name.trim(), scopes: chosen, ...(projectId ? { projectId } : {}), ...expires }));
      setName("");
      keys.reload();
    });
  }

  const shown = keys.value?.filter((key) => all || stateOf(key) === "active") ?? [];
  const past = (keys.value?.length ?? 0) - (keys.value?.filter((key) => stateOf(key) === "active").length ?? 0);

  return (
    <section aria-labelledby="keys">
      <div className="section-head">
        <h2 id="keys">API keys</h2>
        <p className="hint">For programmes, sent as Authorization: Bearer. Only a hash is kept.</p>
        {past > 0 && (
          <button type="button" className="quiet" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? "Hide" : "Show"} {past} that ended
          </button>
        )}
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {keys.problem && <ProblemBox problem={keys.problem} onRetry={keys.reload} />}
      {made && (
        <Once title={`Key for ${made.name}.`} hint="It is not shown again." value={made.key} onDone={() => setMade(undefined)} />
      )}
      {!keys.value && !keys.problem && <Loading what="keys" />}
      {shown.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col">Where</th>
              <th scope="col">Expires</th>
              <th scope="col">Made</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((key) => (
              <tr key={key.id} data-testid="key" data-name={key.name}>
                <th scope="row">
                  {key.name} {stateOf(key) !== "active" && <span className="chip failed">{stateOf(key)}</span>}
                </th>
                <td>{key.scopes.join(", ")}</td>
                <td>{key.projectId ? (props.projects.find(({ id }) => id === key.projectId)?.name ?? "a project") : "everywhere"}</td>
                <td>{key.expires ? onDay(key.expires) : "never"}</td>
                <td className="muted">
                  {onDay(key.created)} by {key.createdBy}
                </td>
                <td className="actions">
                  {stateOf(key) === "active" && (
                    <button
                      type="button"
                      disabled={busy}
                      aria-label={`Revoke ${key.name}`}
                      onClick={() =>
                        void attempt(async () => {
                          await api.revokeKey(key.id);
                          keys.reload();
                        })
                      }
                    >
                      Revoke
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <form className="add-form" onSubmit={create}>
        <label>
          Name
          <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" placeholder="e.g. appointment bot" />
        </label>
        <label>
          Where
          <select value={projectId} onChange={(event) => setProjectId(event.target.value)}>
            <option value="">everywhere</option>
            {props.projects.map((project) => (
              <option key={project.id} value={project.id}>
                {project.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Expires
          <select value={days ?? ""} onChange={(event) => setDays(event.target.value ? Number(event.target.value) : undefined)}>
            {lifetimes.map(([value, words]) => (
              <option key={words} value={value ?? ""}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="primary" disabled={busy || name.trim() === "" || chosen.length === 0}>
          Make a key
        </button>
        <fieldset>
          <legend>May</legend>
          {scopes.map((scope) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={chosen.includes(scope)}
                onChange={(event) =>
                  setChosen(event.target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
                }
              />
              <strong>{scope}</strong> <span className="muted">{scopeWords[scope]}</span>
            </label>
          ))}
        </fieldset>
      </form>
    </section>
  );
}

function stateOf(key: ApiKey): "active" | "revoked" | "expired" {
  if (key.revoked) return "revoked";
  return key.expires && Date.parse(key.expires) <= Date.now() ? "expired" : "active";
}
