import type { RefObject } from "react";
import type { WaitingCase } from "../../api/types.ts";

export function WaitingTable(props: { cases: readonly WaitingCase[]; body: RefObject<HTMLTableSectionElement | null>; hrefOf: (documentId: string) => string }) {
  return (
    <table className="list" aria-label="Documents that wait">
      <thead>
        <tr>
          <th scope="col">Document</th>
          <th scope="col">Read by</th>
          <th scope="col" className="number">
            Agreed
          </th>
          <th scope="col" className="number">
            Differing
          </th>
        </tr>
      </thead>
      <tbody ref={props.body}>
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
      </tbody>
    </table>
  );
}
