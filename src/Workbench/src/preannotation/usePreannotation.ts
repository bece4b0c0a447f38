import { api } from "../api/client.ts";
import { useAnswer } from "../ui/useAnswer.ts";
import { useJob } from "../ui/useJob.ts";
import { useReloadOn } from "../ui/useProjectEvents.ts";

/** The documents that are being marked up by the models in use, and how many are ahead. */
export function usePreannotation(projectId: string, onEnd: () => void) {
  const ahead = useAnswer(`ahead ${projectId}`, () => api.preannotationAhead(projectId));
  const job = useJob(projectId, { list: () => api.preannotations(projectId), get: (id) => api.preannotation(projectId, id) }, () => {
    ahead.reload();
    onEnd();
  });
  useReloadOn(projectId, ["documents", "version"], ahead.reload);
  return { ...job, ahead: ahead.value };
}
