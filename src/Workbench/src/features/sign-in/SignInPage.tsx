import { useState, type FormEvent } from "react";
import { api } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { ProblemBox } from "../../ui/parts.tsx";

/** Accepts the bare token or the whole link that the service printed. */
export function tokenFrom(pasted: string): string {
  const text = pasted.trim();
  const inLink = /[?&]token=([^&#\s]+)/.exec(text);
  return inLink ? decodeURIComponent(inLink[1]!) : text;
}

export function SignInPage(props: { onSignedIn: () => void; waiting: number }) {
  const [pasted, setPasted] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  async function signIn(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await api.signIn(tokenFrom(pasted));
      props.onSignedIn();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <h1>ClinicalNlp</h1>
      <p>
        When the service starts it prints a <strong>one-time sign-in link</strong> as its last line. Open that link in this
        browser, or paste it (or only its token) here.
      </p>
      {props.waiting > 0 && (
        <p className="box notice">
          {props.waiting === 1 ? "A document has changes" : `${props.waiting} documents have changes`} that were not saved yet.
          They are kept in this browser and are sent as soon as you have signed in.
        </p>
      )}
      <form onSubmit={signIn}>
        <label htmlFor="token">Sign-in link or token</label>
        <div className="row">
          <input
            id="token"
            type="password"
            autoComplete="one-time-code"
            autoFocus
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
          <button type="submit" className="primary" disabled={busy || pasted.trim() === ""}>
            Sign in
          </button>
        </div>
      </form>
      {problem && <ProblemBox problem={problem} />}
      <p className="hint">The link was used already? Start the service again, and it prints a new one.</p>
    </main>
  );
}
