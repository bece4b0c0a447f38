import { useEffect, useRef, useState, type ReactNode } from "react";
import { api } from "../api/client.ts";
import type { Caller } from "../api/types.ts";
import { AdjudicatePage } from "../features/adjudicate/AdjudicatePage.tsx";
import { CasePage } from "../features/adjudicate/CasePage.tsx";
import { DocumentsPage } from "../features/documents/DocumentsPage.tsx";
import { AuditPage } from "../features/audit/AuditPage.tsx";
import { ExchangePage } from "../features/exchange/ExchangePage.tsx";
import { InboxPage } from "../features/inbox/InboxPage.tsx";
import { LabelErrorsPage } from "../features/label-errors/LabelErrorsPage.tsx";
import { LineagePage } from "../features/lineage/LineagePage.tsx";
import { ModelsPage } from "../features/models/ModelsPage.tsx";
import { AccountPage } from "../features/people/AccountPage.tsx";
import { PeoplePage } from "../features/people/PeoplePage.tsx";
import { TasksPage } from "../features/tasks/TasksPage.tsx";
import { ProjectsPage } from "../features/projects/ProjectsPage.tsx";
import { QualityPage } from "../features/quality/QualityPage.tsx";
import { SchemaPage } from "../features/schema/SchemaPage.tsx";
import { Loading, ProblemBox } from "../ui/parts.tsx";
import { useAnswer } from "../ui/useAnswer.ts";
import { DocumentPage } from "./DocumentPage.tsx";
import type { DocumentOrder } from "./documentOrder.ts";
import { go, hrefOf, useRoute, type Route } from "./route.ts";
import { UnsentBox } from "./UnsentBox.tsx";
import type { useTheme } from "./theme.ts";

const projectSetting = "clinicalnlp.project";

/** Pages that are about no one project, or about one that is not chosen in the bar. */
const withoutProject: ReadonlySet<Route["page"]> = new Set(["document", "projects", "audit", "lineage", "account"]);

export function Workspace(props: { caller: Caller; theme: ReturnType<typeof useTheme>; onSignOut: () => void }) {
  const route = useRoute();
  const projects = useAnswer("projects", api.projects);
  const [wanted, setWanted] = useState(() => localStorage.getItem(projectSetting));
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const order = useRef<DocumentOrder>(undefined);

  const asked = route.page === "documents" ? route.projectId : wanted;
  const project = projects.value?.find((candidate) => candidate.id === asked) ?? projects.value?.[0];

  const managed = (projects.value ?? []).filter(
    (candidate) =>
      props.caller.administrator ||
      props.caller.roles.some(({ projectId, role }) => projectId === candidate.id && role === "manager"),
  );

  useEffect(() => {
    if (project) {
      setWanted(project.id);
      localStorage.setItem(projectSetting, project.id);
    }
  }, [project]);

  return (
    <div className="workspace">
      <a className="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        document.getElementById("content")?.focus();
      }}>
        Skip to the content
      </a>
      <header className="top">
        <a className="brand" href={hrefOf({ page: "home" })}>
          ClinicalNlp
        </a>
        <nav aria-label="Main">
          <a
            href={project ? hrefOf({ page: "documents", projectId: project.id }) : "#/"}
            aria-current={route.page === "home" || route.page === "documents" || route.page === "exchange" ? "page" : undefined}
          >
            Documents
          </a>
          <a href={hrefOf({ page: "inbox" })} aria-current={route.page === "inbox" ? "page" : undefined}>
            Inbox
          </a>
          <a href={hrefOf({ page: "tasks" })} aria-current={route.page === "tasks" ? "page" : undefined}>
            Tasks
          </a>
          {project && hasRole(props.caller, project.id, "reviewer") && (
            <a href={hrefOf({ page: "adjudicate" })} aria-current={route.page === "adjudicate" ? "page" : undefined}>
              Adjudicate
            </a>
          )}
          <a href={hrefOf({ page: "models" })} aria-current={route.page === "models" || route.page === "lineage" ? "page" : undefined}>
            Models
          </a>
          <a href={hrefOf({ page: "schema" })} aria-current={route.page === "schema" ? "page" : undefined}>
            Labels
          </a>
          <a href={hrefOf({ page: "quality" })} aria-current={route.page === "quality" || route.page === "label-errors" ? "page" : undefined}>
            Quality
          </a>
          {(props.caller.administrator || (projects.value?.length ?? 0) > 1) && (
            <a href={hrefOf({ page: "projects" })} aria-current={route.page === "projects" ? "page" : undefined}>
              Projects
            </a>
          )}
          {(managed.length > 0 || props.caller.administrator) && (
            <a href={hrefOf({ page: "people" })} aria-current={route.page === "people" ? "page" : undefined}>
              People
            </a>
          )}
          {props.caller.administrator && (
            <a href={hrefOf({ page: "audit" })} aria-current={route.page === "audit" ? "page" : undefined}>
              Audit
            </a>
          )}
        </nav>
        {projects.value && projects.value.length > 1 && !withoutProject.has(route.page) && (
          <select
            aria-label="Project"
            value={project?.id}
            onChange={(event) => {
              setWanted(event.target.value);
              // One case is of one project, and so is a list of documents; the other pages show the chosen one's.
              if (route.page === "adjudicate") go({ page: "adjudicate" });
              else if (route.page === "home" || route.page === "documents") go({ page: "documents", projectId: event.target.value });
            }}
          >
            {projects.value.map((candidate) => (
              <option key={candidate.id} value={candidate.id}>
                {candidate.name}
              </option>
            ))}
          </select>
        )}
        <div className="top-page" ref={setBar} />
        <span className="spacer" />
        <button type="button" className="quiet" onClick={props.theme.next} title="Light, dark, or as the system">
          {props.theme.theme === "auto" ? "Auto" : props.theme.theme === "light" ? "Light" : "Dark"}
        </button>
        {props.caller.kind === "session" ? (
          <a className="muted caller" href={hrefOf({ page: "account" })} aria-current={route.page === "account" ? "page" : undefined}>
            {props.caller.name}
          </a>
        ) : (
          <span className="muted caller">{props.caller.name}</span>
        )}
        {props.caller.kind === "session" && (
          <button type="button" className="quiet" onClick={props.onSignOut}>
            Sign out
          </button>
        )}
      </header>
      <UnsentBox />
      <div id="content" tabIndex={-1} className="content">
        {content()}
      </div>
    </div>
  );

  function content(): ReactNode {
    if (projects.problem && !projects.value) return <ProblemBox problem={projects.problem} onRetry={projects.reload} />;
    if (!projects.value) return <Loading what="projects" />;
    if (route.page === "document") {
      return (
        <DocumentPage
          key={route.id}
          id={route.id}
          at={route.at}
          from={route.from}
          projects={projects.value}
          caller={props.caller}
          managed={managed}
          bar={bar}
          order={order}
          onForeignLabel={projects.reload}
        />
      );
    }
    if (route.page === "account") return <AccountPage caller={props.caller} />;
    if (route.page === "audit") return <AuditPage />;
    if (route.page === "lineage") {
      return (
        <LineagePage
          subject={route.subject}
          projectIds={projects.value.map((candidate) => candidate.id)}
          manages={managed.length > 0 || props.caller.administrator}
          open={(subject) => go({ page: "lineage", subject })}
          hrefOf={(subject) => hrefOf({ page: "lineage", subject })}
          documentHref={(id) => hrefOf({ page: "document", id })}
        />
      );
    }
    if (route.page === "people") {
      return (
        <PeoplePage
          caller={props.caller}
          projects={projects.value}
          managed={managed}
          project={project}
          lineageHref={(name) => hrefOf({ page: "lineage", subject: { kind: "person", name } })}
        />
      );
    }
    if (route.page === "projects" || !project) {
      return (
        <ProjectsPage
          projects={projects.value}
          managed={managed}
          makes={props.caller.administrator}
          hrefOf={(projectId) => hrefOf({ page: "documents", projectId })}
          onChanged={projects.reload}
          onMade={(projectId) => {
            setWanted(projectId);
            projects.reload();
            go({ page: "documents", projectId });
          }}
        />
      );
    }
    if (route.page === "inbox") {
      return (
        <InboxPage
          key={project.id}
          project={project}
          mayChange={managed.includes(project)}
          onIntentsChanged={projects.reload}
          hrefOf={(id) => hrefOf({ page: "document", id })}
        />
      );
    }
    if (route.page === "exchange") {
      return (
        <ExchangePage
          key={project.id}
          project={project}
          manages={hasRole(props.caller, project.id, "manager")}
          documentsHref={hrefOf({ page: "documents", projectId: project.id })}
          onSchemaChanged={projects.reload}
          onBack={() => go({ page: "documents", projectId: project.id })}
        />
      );
    }
    if (route.page === "tasks") {
      return (
        <TasksPage
          key={project.id}
          project={project}
          manages={hasRole(props.caller, project.id, "manager")}
          open={(id) => go({ page: "document", id })}
          hrefOf={(id) => hrefOf({ page: "document", id })}
        />
      );
    }
    if (route.page === "adjudicate" && route.id) {
      return (
        <CasePage
          project={project}
          documentId={route.id}
          onNext={(id) => go({ page: "adjudicate", id })}
          onBack={() => go({ page: "adjudicate" })}
          listHref={hrefOf({ page: "adjudicate" })}
        />
      );
    }
    if (route.page === "adjudicate") {
      return <AdjudicatePage key={project.id} project={project} hrefOf={(id) => hrefOf({ page: "adjudicate", id })} />;
    }
    if (route.page === "models") {
      return (
        <ModelsPage
          key={project.id}
          project={project}
          manages={hasRole(props.caller, project.id, "manager")}
          promotes={hasRole(props.caller, undefined, "manager")}
          lookUpHref={hrefOf({ page: "lineage" })}
          lineageHref={(name, version) => hrefOf({ page: "lineage", subject: { kind: "version", name, version } })}
        />
      );
    }
    if (route.page === "schema") {
      return <SchemaPage key={project.id} project={project} mayChange={managed.includes(project)} onChanged={projects.reload} />;
    }
    if (route.page === "quality") {
      return (
        <QualityPage
          key={project.id}
          project={project}
          errorsHref={hasRole(props.caller, project.id, "reviewer") ? hrefOf({ page: "label-errors" }) : undefined}
        />
      );
    }
    if (route.page === "label-errors") {
      return (
        <LabelErrorsPage
          key={project.id}
          project={project}
          manages={hasRole(props.caller, project.id, "manager")}
          hrefOf={(id, at) => hrefOf({ page: "document", id, at, from: "label-errors" })}
          onOpen={(id, at) => go({ page: "document", id, at, from: "label-errors" })}
          onBack={() => go({ page: "quality" })}
        />
      );
    }
    return (
      <DocumentsPage
        key={project.id}
        project={project}
        manages={hasRole(props.caller, project.id, "manager")}
        hrefOf={(id) => hrefOf({ page: "document", id })}
        exchangeHref={hrefOf({ page: "exchange" })}
        tasksHref={hrefOf({ page: "tasks" })}
        onOrder={(query, ids) => {
          order.current = { projectId: project.id, query, ids };
        }}
      />
    );
  }
}

const ranks = ["annotator", "reviewer", "manager", "administrator"];

/** Whether the caller has at least this role in the project; without one, in every project. */
function hasRole(caller: Caller, projectId: string | undefined, role: "reviewer" | "manager"): boolean {
  const here = caller.roles.find((membership) => membership.projectId === projectId)?.role;
  return Math.max(ranks.indexOf(caller.role ?? ""), ranks.indexOf(here ?? "")) >= ranks.indexOf(role);
}
