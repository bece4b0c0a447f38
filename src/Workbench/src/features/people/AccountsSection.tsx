import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import type { Account, Invitation, Project, ProjectRole } from "../../api/types.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";
import { onDay } from "../../ui/times.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { Once } from "./Once.tsx";
import { roles, roleWords, stateOf, type AccountState } from "./words.ts";

const chips: Record<AccountState, string> = {
  active: "chip in-use",
  invited: "chip running",
  disabled: "chip failed",
  "no password": "chip",
};

export function AccountsSection(props: { projects: Project[]; project: Project | undefined; onChanged: () => void; lineageHref: (name: string) => string }) {
  const accounts = useAnswer("accounts", api.accounts);
  const ways = useAnswer("ways", api.signInWays).value;
  const { busy, problem, dismiss, attempt } = useAttempt();
  const [invitation, setInvitation] = useState<Invitation>();
  const [name, setName] = useState("");
  const [role, setRole] = useState<ProjectRole | "administrator" | "">("annotator");

  const change = (action: () => Promise<unknown>) =>
    attempt(async () => {
      await action();
      accounts.reload();
      props.onChanged();
    });

  function invite(event: FormEvent) {
    event.preventDefault();
    void change(async () => {
      const inProject = props.project && role !== "" && role !== "administrator" ? [{ projectId: props.project.id, role }] : [];
      setInvitation(await api.invite({ name: name.trim(), administrator: role === "administrator", roles: inProject }));
      setName("");
    });
  }

  return (
    <section aria-labelledby="accounts">
      <div className="section-head">
        <h2 id="accounts">Everybody</h2>
        <p className="hint">An account is never deleted: the logs name it.</p>
      </div>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {accounts.problem && <ProblemBox problem={accounts.problem} onRetry={accounts.reload} />}
      {invitation && (
        <Once
          title={`Link for ${invitation.account.name}.`}
          hint={`Good once, until ${onDay(invitation.expires)}. It is not shown again.${
            ways?.byProxy || ways?.singleSignOn ? " It is for a password alone: single sign-on lets them in by their name without it." : ""
          }`}
          value={location.origin + invitation.path}
          onDone={() => setInvitation(undefined)}
        />
      )}
      {!accounts.value && !accounts.problem && <Loading what="people" />}
      {accounts.value && accounts.value.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">State</th>
              <th scope="col">Roles</th>
              <th scope="col">Since</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>{accounts.value.map(row)}</tbody>
        </table>
      )}
      <form className="add-form" onSubmit={invite}>
        <label>
          Name
          <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" placeholder="e.g. ana.lopez" />
        </label>
        <label>
          May
          <select value={role} onChange={(event) => setRole(event.target.value as typeof role)}>
            {props.project &&
              roles.map((choice) => (
                <option key={choice} value={choice}>
                  in {props.project!.name}: {roleWords[choice]}
                </option>
              ))}
            <option value="administrator">administrator: everything, everywhere</option>
            <option value="">nothing yet</option>
          </select>
        </label>
        <button type="submit" className="primary" disabled={busy || name.trim() === ""}>
          Invite
        </button>
      </form>
    </section>
  );

  function row(account: Account) {
    const state = stateOf(account);
    const disabled = state === "disabled";
    return (
      <tr key={account.id} data-testid="account" data-name={account.name}>
        <th scope="row">
          <a href={props.lineageHref(account.name)} title="What this person’s work went into">
            {account.name}
          </a>
        </th>
        <td>
          <span className={chips[state]}>{state}</span>
        </td>
        <td>{rolesOf(account, props.projects)}</td>
        <td className="muted">
          {onDay(account.created)} by {account.createdBy}
        </td>
        <td className="actions">
          <button
            type="button"
            disabled={busy || disabled}
            aria-label={`New password link for ${account.name}`}
            onClick={() => void change(async () => setInvitation(await api.inviteAgain(account.id)))}
          >
            New link
          </button>
          <button
            type="button"
            disabled={busy || disabled}
            aria-label={account.administrator ? `Take administration from ${account.name}` : `Make ${account.name} administrator`}
            onClick={() => void change(() => api.changeAccount(account.id, { administrator: !account.administrator, disabled }))}
          >
            {account.administrator ? "Not administrator" : "Make administrator"}
          </button>
          <button
            type="button"
            disabled={busy}
            aria-label={`${disabled ? "Enable" : "Disable"} ${account.name}`}
            onClick={() =>
              void change(() => api.changeAccount(account.id, { administrator: account.administrator, disabled: !disabled }))
            }
          >
            {disabled ? "Enable" : "Disable"}
          </button>
        </td>
      </tr>
    );
  }
}

function rolesOf(account: Account, projects: Project[]): string {
  const words = account.roles.map(
    ({ projectId, role }) => `${role} in ${projects.find((project) => project.id === projectId)?.name ?? "a project"}`,
  );
  if (account.administrator) words.unshift("administrator");
  return words.length > 0 ? words.join(", ") : "none";
}
