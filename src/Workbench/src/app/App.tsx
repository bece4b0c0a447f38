import { useCallback, useEffect, useState } from "react";
import { api } from "../api/client.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import type { Caller } from "../api/types.ts";
import { leaveAbandoned } from "../corrections/reopened.ts";
import { resumeUnsent, signedInAs, unsentDocuments } from "../corrections/sessions.ts";
import { resumeDecisions } from "../features/inbox/useLabelling.ts";
import { InvitationPage } from "../features/sign-in/InvitationPage.tsx";
import { SignInPage } from "../features/sign-in/SignInPage.tsx";
import { Loading, ProblemBox } from "../ui/parts.tsx";
import { go, useRoute } from "./route.ts";
import { SignedOutContext } from "./signedOut.ts";
import { useTheme } from "./theme.ts";
import { Workspace } from "./Workspace.tsx";

export function App() {
  const [caller, setCaller] = useState<Caller>();
  const [problem, setProblem] = useState<Problem>();
  const theme = useTheme();
  const route = useRoute();

  const ask = useCallback(async () => {
    try {
      const caller = await api.me();
      // Without sign-in it is whoever sits here.
      signedInAs(caller.kind === "loopback" ? "" : caller.name);
      setCaller(caller);
      setProblem(undefined);
      resumeUnsent();
      resumeDecisions();
    } catch (error) {
      setProblem(asProblem(error));
    }
  }, []);

  useEffect(() => void ask(), [ask]);

  // The service is not up yet, or was restarted: ask again rather than make a person reload the page.
  useEffect(() => {
    if (!problem?.isTemporary) return;
    const timer = setTimeout(() => void ask(), 2000);
    return () => clearTimeout(timer);
  }, [problem, ask]);

  const isKnown = caller !== undefined;
  useEffect(() => (isKnown ? leaveAbandoned() : undefined), [isKnown]);

  const signedOut = useCallback(() => {
    setCaller(undefined);
    setProblem(undefined);
    void ask();
  }, [ask]);

  if (route.page === "invitation") {
    return (
      <InvitationPage
        token={route.token}
        name={route.name}
        onSignedIn={() => {
          // The token is spent; it need not stay in the history of this browser.
          history.replaceState(null, "", "#/");
          dispatchEvent(new HashChangeEvent("hashchange"));
          signedOut();
        }}
      />
    );
  }
  if (problem?.isSignInRequired) return <SignInPage onSignedIn={() => void ask()} waiting={unsentDocuments()} />;
  if (!caller) return problem ? <ProblemBox problem={problem} onRetry={() => void ask()} /> : <Loading what="the workbench" />;
  return (
    <SignedOutContext value={signedOut}>
      <Workspace
        caller={caller}
        theme={theme}
        onSignOut={async () => {
          try {
            await api.signOut();
          } catch (error) {
            setProblem(asProblem(error));
          }
          go({ page: "home" });
          signedOut();
        }}
      />
    </SignedOutContext>
  );
}
