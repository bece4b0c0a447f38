import { useSyncExternalStore } from "react";

export type Route =
  | { page: "home" }
  | { page: "documents"; projectId: string }
  | { page: "document"; id: string }
  | { page: "models" };

export function parseRoute(hash: string): Route {
  const [first, id] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (first === "projects" && id) return { page: "documents", projectId: id };
  if (first === "documents" && id) return { page: "document", id };
  if (first === "models") return { page: "models" };
  return { page: "home" };
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case "documents":
      return `#/projects/${encodeURIComponent(route.projectId)}`;
    case "document":
      return `#/documents/${encodeURIComponent(route.id)}`;
    case "models":
      return "#/models";
    case "home":
      return "#/";
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
