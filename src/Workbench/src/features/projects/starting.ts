import type { NewProject, Project, StartingSchema } from "../../api/types.ts";

/** What a new project begins with: labels, intents, both, nothing, or what another project has. */
export type Start = "notes" | "messages" | "both" | "nothing" | { like: string };

/** As the value of a list of choices, and back. */
export const startToValue = (start: Start) => (typeof start === "string" ? start : `like ${start.like}`);
export const startFromValue = (value: string): Start =>
  value.startsWith("like ") ? { like: value.slice("like ".length) } : (value as Exclude<Start, object>);

/** What the service is asked to make. */
export function newProject(name: string, start: Start, schema: StartingSchema, projects: readonly Project[]): NewProject {
  if (typeof start === "object") {
    const model = projects.find((project) => project.id === start.like);
    // Its guidelines are its own: they speak of its documents.
    return { name, labels: model?.labels ?? [], intents: model?.intents ?? [], relations: model?.relations ?? null, attributes: model?.attributes ?? null };
  }
  return {
    name,
    labels: start === "notes" || start === "both" ? schema.labels : [],
    intents: start === "messages" || start === "both" ? schema.intents : [],
  };
}
