import { api } from "../../api/client.ts";
import type { Caller, Project } from "../../api/types.ts";
import { useAnswer } from "../../ui/useAnswer.ts";
import { AccountsSection } from "./AccountsSection.tsx";
import { KeysSection } from "./KeysSection.tsx";
import { MembersSection } from "./MembersSection.tsx";
import { WebhooksSection } from "./WebhooksSection.tsx";
import { SessionsTable } from "./SessionsTable.tsx";

/** Managers see who works in their project; administrators everybody, the keys and the sessions. */
export function PeoplePage(props: {
  caller: Caller;
  projects: Project[];
  managed: Project[];
  project: Project | undefined;
  /** Where it is shown what a person's work went into. */
  lineageHref: (name: string) => string;
}) {
  const project = props.managed.find((candidate) => candidate.id === props.project?.id) ?? props.managed[0];
  return (
    <main className="page people">
      <header className="page-head">
        <div>
          <h1>People</h1>
          <p className="hint">Who may do what. Each change is in the audit log.</p>
        </div>
      </header>
      {props.caller.kind === "loopback" && (
        <div className="box notice">
          <p className="told">
            On this machine nobody has to sign in yet. The first key or password ends that: open the sign-in link that the
            service printed before you make one, or you have to start the service again to get in.
          </p>
        </div>
      )}
      {project && <MembersSection key={project.id} project={project} administrator={props.caller.administrator} lineageHref={props.lineageHref} />}
      {project && <WebhooksSection key={`webhooks ${project.id}`} project={project} />}
      {props.caller.administrator && <ForAdministrators projects={props.projects} project={project} lineageHref={props.lineageHref} />}
    </main>
  );
}

function ForAdministrators(props: { projects: Project[]; project: Project | undefined; lineageHref: (name: string) => string }) {
  const sessions = useAnswer("sessions", api.sessions);
  return (
    <>
      <AccountsSection projects={props.projects} project={props.project} onChanged={sessions.reload} lineageHref={props.lineageHref} />
      <KeysSection projects={props.projects} />
      <section aria-labelledby="sessions">
        <div className="section-head">
          <h2 id="sessions">Sessions</h2>
          <p className="hint">Everybody who is signed in.</p>
        </div>
        <SessionsTable sessions={sessions} end={api.endSession} />
      </section>
    </>
  );
}
