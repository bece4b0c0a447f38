import type { Account, KeyScope, OpenSession, ProjectRole } from "../../api/types.ts";

export const roles: ProjectRole[] = ["annotator", "reviewer", "manager"];

export const roleWords: Record<ProjectRole, string> = {
  annotator: "annotator: corrects and finishes documents",
  reviewer: "reviewer: also decides between annotators",
  manager: "manager: also brings documents in, trains, gives out roles",
};

export const scopeWords: Record<KeyScope, string> = {
  extract: "ask the models; nothing that is stored",
  annotate: "read and correct documents",
  review: "also decide between annotators",
  manage: "also bring documents in and out, train",
  admin: "everything",
};

export const scopes = Object.keys(scopeWords) as KeyScope[];

export const eventWords: Record<string, string> = {
  "document.completed": "a document is finished",
  "document.reopened": "a finished document is opened again",
  "adjudication.done": "differing readings are decided",
  "documents.added": "documents come in",
  "document.withdrawn": "a document is withdrawn",
  "snapshot.created": "a snapshot is made",
  "training.finished": "a training run ends",
  "version.promoted": "a version comes into use",
  "version.rolledback": "a version is taken back",
  "schema.changed": "the labels change",
};

export const wayWords: Record<OpenSession["way"], string> = {
  link: "printed link",
  password: "password",
  invitation: "invitation",
  single_sign_on: "single sign-on",
};

export type AccountState = "active" | "invited" | "disabled" | "no password";

export function stateOf(account: Account): AccountState {
  if (account.disabled) return "disabled";
  if (account.hasPassword) return "active";
  return account.invitedUntil ? "invited" : "no password";
}

/** What a person would call the browser; the whole of what it says is in the tooltip. */
export function browserName(agent: string | null | undefined): string {
  if (!agent) return "–";
  const known = [/Edg\//, "Edge", /Firefox\//, "Firefox", /Chrome\//, "Chrome", /Safari\//, "Safari"];
  for (let i = 0; i < known.length; i += 2) if ((known[i] as RegExp).test(agent)) return known[i + 1] as string;
  return agent.split(/[ /]/)[0]!;
}
