import type { Loss } from "../../api/types.ts";
import { whyLost } from "./losses.ts";

/** What does not come along, how often, and why. */
export function LossTable(props: { losses: readonly Loss[]; label: string; format: string }) {
  if (props.losses.length === 0) return <p data-testid="no-losses">Nothing is lost.</p>;
  return (
    <table className="list" aria-label={props.label}>
      <thead>
        <tr>
          <th scope="col">Lost or changed</th>
          <th scope="col" className="number">
            Documents
          </th>
          <th scope="col" className="number">
            Times
          </th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {props.losses.map((loss) => (
          <tr key={loss.kind}>
            <td>{loss.kind}</td>
            <td className="number">{loss.documents}</td>
            <td className="number">{loss.count}</td>
            <td>{whyLost(loss.kind, props.format)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
