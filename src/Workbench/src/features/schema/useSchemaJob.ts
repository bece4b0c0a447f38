import { api } from "../../api/client.ts";
import { useJob } from "../../ui/useJob.ts";

/** The change of the schema that is under way. */
export function useSchemaJob(projectId: string, onEnd: () => void) {
  return useJob(projectId, { list: () => api.schemaJobs(projectId), get: (id) => api.schemaJob(projectId, id) }, onEnd);
}
