import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import type { Project, ProjectRole } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { onDay } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { roles, roleWords } from "./words.ts";

export function MembersSection(props: { project: Project; administrator: boolean; lineageHref: (name: string) => string }) {
  const members = useAnswer(`members ${props.project.id}`, () => api.members(props.project.id));
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [name, setName] = useState("");
  const [role, setRole] = useState<ProjectRole>("annotator");

  const change = (action: () => Promise<unknown>) =>
    attempt(async () => {
      await action();
      members.reload();
    });

  function add(event: FormEvent) {
    event.preventDefault();
    void change(async () => {
      await api.grant(props.project.id, name.trim(), role);
      setName("");
    });
  }

  return (
    <section aria-labelledby="members">
      <div className="section-head">
        <h2 id="members">In {props.project.name}</h2>
        <p className="hint">Administrators may do everything in every project and are not listed.</p>
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {members.problem && <ProblemBox problem={members.problem} onRetry={members.reload} />}
      {!members.value && !members.problem && <Loading what="the project’s people" />}
      {members.value && members.value.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">Since</th>
              <th scope="col">By</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {members.value.map((member) => (
              <tr key={member.accountId}>
                <th scope="row">
                  <a href={props.lineageHref(member.name)} title="What this person’s work went into">
                    {member.name}
                  </a>{" "}
                  {member.disabled && <span className="chip failed">disabled</span>}
                </th>
                <td>
                  <select
                    aria-label={`Role of ${member.name}`}
                    value={member.role}
                    disabled={busy}
                    onChange={(event) =>
                      void change(() => api.grant(props.project.id, member.name, event.target.value as ProjectRole))
                    }
                  >
                    {roles.map((choice) => (
                      <option key={choice} value={choice}>
                        {choice}
                      </option>
                    ))}
                  </select>
                </td>
                <td className="muted">{onDay(member.granted)}</td>
                <td className="muted">{member.grantedBy}</td>
                <td className="actions">
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={`Remove ${member.name} from ${props.project.name}`}
                    onClick={() => void change(() => api.removeMember(props.project.id, member.name))}
                  >
                    Remove
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {members.value?.length === 0 && <p className="hint">Nobody has a role in this project yet.</p>}
      <form className="add-form" onSubmit={add}>
        <label>
          Name
          <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </label>
        <label>
          Role
          <select value={role} onChange={(event) => setRole(event.target.value as ProjectRole)}>
            {roles.map((choice) => (
              <option key={choice} value={choice}>
                {roleWords[choice]}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={busy || name.trim() === ""}>
          Add to the project
        </button>
        {!props.administrator && <p className="hint">People get their account from an administrator.</p>}
      </form>
    </section>
  );
}
