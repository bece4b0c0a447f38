import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";

/** Where the link of an invitation leads: the person chooses a password and is in. */
export function InvitationPage(props: { token: string; name: string; onSignedIn: () => void }) {
  const [password, setPassword] = useState("");
  const { busy, problem, attempt } = useAttempt();

  function accept(event: FormEvent) {
    event.preventDefault();
    void attempt(async () => {
      await api.acceptInvitation(props.token, password);
      props.onSignedIn();
    });
  }

  return (
    <main className="sign-in">
      <h1>Welcome{props.name && `, ${props.name}`}</h1>
      <p>Choose the password with which you will sign in to ClinicalNlp from now on.</p>
      {problem && <ProblemBox problem={problem} />}
      <form onSubmit={accept}>
        <input type="text" name="username" autoComplete="username" value={props.name} readOnly hidden />
        <label htmlFor="new-password">Password</label>
        <div className="row">
          <input
            id="new-password"
            type="password"
            autoComplete="new-password"
            autoFocus
            aria-describedby="password-rule"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <button type="submit" className="primary" disabled={busy || password === ""}>
            Set it and sign in
          </button>
        </div>
        <p className="hint" id="password-rule">
          At least 12 characters. Several words are easy to remember; nothing else is asked of it.
        </p>
      </form>
    </main>
  );
}
