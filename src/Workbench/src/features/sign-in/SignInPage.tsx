import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { ProblemBox } from "../../ui/parts.tsx";
import { useAnswer } from "../../ui/useAnswer.ts";

/** Accepts the bare token or the whole link that the service printed. */
export function tokenFrom(pasted: string): string {
  const text = pasted.trim();
  const inLink = /[?&]token=([^&#\s]+)/.exec(text);
  return inLink ? decodeURIComponent(inLink[1]!) : text;
}

export function SignInPage(props: { onSignedIn: () => void; waiting: number }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [pasted, setPasted] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const ways = useAnswer("ways", api.signInWays).value;

  async function signIn(event: FormEvent, ask: () => Promise<void>) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await ask();
      props.onSignedIn();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  const waiting = props.waiting > 0 && (
    <p className="box notice">
      {props.waiting === 1 ? "A document has changes" : `${props.waiting} documents have changes`} that were not saved yet.
      They are kept in this browser and are sent as soon as you have signed in.
    </p>
  );

  if (ways?.unknownName) {
    // A password would be of no use: the proxy's word goes before it.
    return (
      <main className="sign-in">
        <h1>ClinicalNlp</h1>
        {waiting}
        <p className="box notice" role="status">
          You are known here as <strong>{ways.unknownName}</strong>, and nobody of that name may come in. An administrator can invite
          you by exactly this name.
        </p>
        <button type="button" onClick={props.onSignedIn}>
          Try again
        </button>
      </main>
    );
  }

  return (
    <main className="sign-in">
      <h1>ClinicalNlp</h1>
      {waiting}
      {problem && <ProblemBox problem={problem} />}
      {ways?.singleSignOn && ways.singleSignOnPath && (
        <p>
          <a className="button primary" href={ways.singleSignOnPath}>
            {ways.singleSignOn}
          </a>
        </p>
      )}
      <form onSubmit={(event) => void signIn(event, () => api.signInByPassword(name.trim(), password))}>
        <label htmlFor="name">Name</label>
        <input id="name" autoComplete="username" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        <label htmlFor="password">Password</label>
        <div className="row">
          <input
            id="password"
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <button type="submit" className="primary" disabled={busy || name.trim() === "" || password === ""}>
            Sign in
          </button>
        </div>
        <p className="hint">No password any more? An administrator makes you a link to choose a new one.</p>
      </form>
      <form className="other-way" onSubmit={(event) => void signIn(event, () => api.signIn(tokenFrom(pasted)))}>
        <p>
          Or, as its administrator: the service prints a <strong>one-time sign-in link</strong> as the last line of each start.
          Open it in this browser, or paste it here.
        </p>
        <label htmlFor="token">Sign-in link or token</label>
        <div className="row">
          <input
            id="token"
            type="password"
            autoComplete="one-time-code"
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
          <button type="submit" disabled={busy || pasted.trim() === ""}>
            Use the link
          </button>
        </div>
        <p className="hint">The link was used already? Start the service again, and it prints a new one.</p>
      </form>
    </main>
  );
}
