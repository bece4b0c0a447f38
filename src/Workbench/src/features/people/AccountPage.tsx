import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import type { Caller } from "../../api/types.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import { SessionsTable } from "./SessionsTable.tsx";

/** What a person sees and changes of themselves. */
export function AccountPage(props: { caller: Caller }) {
  const sessions = useAnswer("own sessions", api.ownSessions);
  const { busy, problem, attempt } = useAttempt();
  const [hasPassword, setHasPassword] = useState(props.caller.hasPassword);
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);

  function change(event: FormEvent) {
    event.preventDefault();
    setDone(false);
    void attempt(async () => {
      await api.changePassword(password, hasPassword ? current : undefined);
      setCurrent("");
      setPassword("");
      setHasPassword(true);
      setDone(true);
      sessions.reload();
    });
  }

  return (
    <main className="page people">
      <header className="page-head">
        <div>
          <h1>{props.caller.name}</h1>
          <p className="hint">
            {props.caller.administrator ? "Administrator: may do everything." : "The name under which your work is recorded."}
          </p>
        </div>
      </header>
      <section aria-labelledby="password">
        <div className="section-head">
          <h2 id="password">Password</h2>
          <p className="hint">
            {hasPassword ? "A new one ends your other sessions." : "With one you can sign in without the printed link."}
          </p>
        </div>
        {problem && <ProblemBox problem={problem} />}
        <form className="add-form" onSubmit={change}>
          <input type="text" name="username" autoComplete="username" value={props.caller.name} readOnly hidden />
          {hasPassword && (
            <label>
              Present password
              <input type="password" autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />
            </label>
          )}
          <label>
            New password
            <input type="password" autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
          </label>
          <button type="submit" className="primary" disabled={busy || password === "" || (hasPassword && current === "")}>
            {hasPassword ? "Change it" : "Set it"}
          </button>
          <p className="hint" role="status">
            {done ? "The password is changed." : "At least 12 characters; nothing else is asked of it."}
          </p>
        </form>
      </section>
      <section aria-labelledby="own-sessions">
        <div className="section-head">
          <h2 id="own-sessions">Your sessions</h2>
          <p className="hint">End the ones you do not know.</p>
        </div>
        <SessionsTable sessions={sessions} end={api.endOwnSession} />
      </section>
    </main>
  );
}
