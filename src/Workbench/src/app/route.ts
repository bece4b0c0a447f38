import { useSyncExternalStore } from "react";
import { partsOf, subjectAt, type Subject } from "../features/lineage/subject.ts";

/** Pages whose address is their name and no more. */
const plainPages = [
  "projects",
  "exchange",
  "tasks",
  "inbox",
  "models",
  "quality",
  "label-errors",
  "schema",
  "people",
  "account",
  "audit",
] as const;

type PlainPage = (typeof plainPages)[number];

export type Route =
  | { page: "home" }
  | { page: PlainPage }
  | { page: "documents"; projectId: string }
  | { page: "document"; id: string; at?: number | undefined; from?: "label-errors" | undefined }
  | { page: "adjudicate"; id?: string }
  | { page: "lineage"; subject?: Subject | undefined }
  | { page: "invitation"; token: string; name: string };

export function parseRoute(hash: string): Route {
  const [first, id, name, ...more] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (first === "projects" && id) return { page: "documents", projectId: id };
  if (first === "documents" && id) {
    const from = more[0] === "label-errors" ? { from: more[0] as "label-errors" } : {};
    return /^\d+$/.test(name ?? "") ? { page: "document", id, at: Number(name), ...from } : { page: "document", id };
  }
  if (first === "lineage") return { page: "lineage", subject: subjectAt([id, name, ...more]) };
  if (first === "adjudicate") return id ? { page: "adjudicate", id } : { page: "adjudicate" };
  if (first === "invitation" && id) return { page: "invitation", token: id, name: name ?? "" };
  const plain = plainPages.find((page) => page === first);
  return plain ? { page: plain } : { page: "home" };
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case "documents":
      return `#/projects/${encodeURIComponent(route.projectId)}`;
    case "document":
      return ["#/documents", encodeURIComponent(route.id), ...(route.at === undefined ? [] : [route.at, ...(route.from ? [route.from] : [])])].join("/");
    case "adjudicate":
      return route.id ? `#/adjudicate/${encodeURIComponent(route.id)}` : "#/adjudicate";
    case "invitation":
      return `#/invitation/${encodeURIComponent(route.token)}/${encodeURIComponent(route.name)}`;
    case "lineage":
      return ["#/lineage", ...(route.subject ? partsOf(route.subject).map(encodeURIComponent) : [])].join("/");
    case "home":
      return "#/";
    default:
      return `#/${route.page}`;
  }
}

export function go(route: Route): void {
  location.hash = hrefOf(route);
}

const subscribe = (listener: () => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return parseRoute(hash);
}
