import type { RefObject } from "react";
import type { WaitingCase } from "../../api/types.ts";
import { ListTable } from "../../ui/ListTable.tsx";

export function WaitingTable(props: { cases: readonly WaitingCase[]; body: RefObject<HTMLTableSectionElement | null>; hrefOf: (documentId: string) => string }) {
  return (
    <ListTable label="Documents that wait" columns={["Document", "Read by", "#Agreed", "#Differing"]} body={props.body}>
      {props.cases.map((item) => (
        <tr key={item.documentId} data-row={item.documentId}>
          <td>
            <a href={props.hrefOf(item.documentId)}>{item.externalId || item.documentId}</a>{" "}
            {item.comments > 0 && <span className="chip">{item.comments === 1 ? "1 open comment" : `${item.comments} open comments`}</span>}
          </td>
          <td>{item.annotators.join(", ")}</td>
          <td className="number">{item.agreed}</td>
          <td className="number">{item.differing}</td>
        </tr>
      ))}
    </ListTable>
  );
}
