import { api } from "../../api/client.ts";

/** As many as are looked through of those whose id has the words in it. */
const most = 200;

/** The id of the document that its source calls by these words, in any of the projects: one in use, or where the caller may see those one that was withdrawn. */
export async function findDocument(projectIds: readonly string[], externalId: string): Promise<string | undefined> {
  for (const withdrawn of [false, true]) {
    for (const projectId of projectIds) {
      const found = await api.documents(projectId, { text: externalId }, { limit: most, withdrawn }).catch(() => undefined);
      const document = found?.items.find((item) => item.externalId === externalId);
      if (document) return document.id;
    }
  }
  return undefined;
}
