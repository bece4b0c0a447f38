// The list that documents are gone through in: what it had fetched, and the filter by which it goes on from there.

import { api } from "../api/client.ts";
import type { DocumentQuery } from "../api/types.ts";

export interface DocumentOrder {
  projectId: string;
  query: DocumentQuery;
  ids: string[];
}

/** Neighbours fetched at once. */
const partSize = 50;

/** The order that a document stands in: that of the list it was opened from or, without one, that of the whole project. */
export const orderAround = (order: DocumentOrder | undefined, projectId: string, id: string): DocumentOrder =>
  order?.projectId === projectId && order.ids.includes(id) ? order : { projectId, query: {}, ids: [id] };

/** The order with more on the side where a document ends it, and its neighbour there; none at the end of the list. */
export async function neighbour(
  order: DocumentOrder,
  id: string,
  by: 1 | -1,
): Promise<{ order: DocumentOrder; id: string | undefined }> {
  const at = order.ids.indexOf(id) + by;
  if (order.ids[at] !== undefined) return { order, id: order.ids[at] };
  const { items } = await api.documents(order.projectId, order.query, { after: id, descending: by < 0, limit: partSize });
  const more = items.map((summary) => summary.id);
  const ids = by > 0 ? [...order.ids, ...more] : [...more.reverse(), ...order.ids];
  return { order: { ...order, ids }, id: ids[ids.indexOf(id) + by] };
}
