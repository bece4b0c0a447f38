import type { BeforeAfter, GateCorpus, GateDecision } from "../../api/types.ts";
import { score } from "../../ui/parts.tsx";

/** Why a version passed or was refused: each label before and after, on the documents that were held out. */
export function GateDetails(props: { gate: GateDecision }) {
  const { gate } = props;
  const corpora: GateCorpus[] = [
    gate.project ?? { name: "held-out documents", documents: 0, overall: gate.overall, labels: gate.labels },
    ...(gate.own ? [gate.own] : []),
  ];
  return (
    <>
      {gate.reasons.length > 0 && (
        <ul className="reasons">
          {gate.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {corpora.map((corpus) => (
        <details key={corpus.name}>
          <summary>
            Gate on {corpus.name}: {score(corpus.overall.before)} before, {score(corpus.overall.after)} after
            {corpus.documents > 0 && ` (${corpus.documents} documents)`}
          </summary>
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Label</th>
                <th scope="col" className="number">
                  Gold
                </th>
                <th scope="col" className="number">
                  Before
                </th>
                <th scope="col" className="number">
                  After
                </th>
                <th scope="col" className="number">
                  Change
                </th>
              </tr>
            </thead>
            <tbody>
              {corpus.labels.map((label) => (
                <tr key={label.label}>
                  <td>
                    {label.label}
                    {label.lost && <span className="chip refused"> lost too much</span>}
                  </td>
                  <td className="number muted">{label.support}</td>
                  <td className="number">{score(label.before)}</td>
                  <td className="number">{score(label.after)}</td>
                  <td className="number">
                    <Change of={label} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </>
  );
}

function Change(props: { of: BeforeAfter }) {
  const points = (props.of.after - props.of.before) * 100;
  const words = `${points >= 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`;
  return <span className={points > 0.05 ? "delta-up" : points < -0.05 ? "delta-down" : "muted"}>{words}</span>;
}
