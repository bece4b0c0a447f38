import type { ModelVersion } from "../../api/types.ts";
import { score } from "../../ui/parts.tsx";
import { atMinute } from "../../ui/times.ts";
import { GateDetails } from "./GateDetails.tsx";

export function VersionCard(props: {
  version: ModelVersion;
  canRollBack: boolean;
  busy: boolean;
  lineageHref: string;
  mayPromote: boolean;
  onPromote: (force: boolean) => void;
  onRollBack: () => void;
}) {
  const { version } = props;
  const refused = version.gate?.passed === false;
  return (
    <article className="card" data-testid="version" data-name={version.name} data-version={version.version}>
      <header>
        <h3>
          {version.name} {version.version}
        </h3>
        {version.inUse ? (
          <>
            <span className="chip in-use">in use</span>
            {refused && (
              <span className="chip refused" title="The gate refused it. Who put it into use all the same is in the audit log.">
                in spite of the gate
              </span>
            )}
          </>
        ) : (
          <span className={refused ? "chip refused" : "chip"}>{refused ? "refused by the gate" : version.state}</span>
        )}
        {version.withdrawnDocuments > 0 && (
          <span
            className="chip failed"
            title={`It, or one it descends from, learnt from ${version.withdrawnDocuments} documents that were withdrawn since`}
          >
            {version.withdrawnDocuments} withdrawn
          </span>
        )}
        <span className="spacer" />
        <a href={props.lineageHref}>Lineage</a>
        {!props.mayPromote ? null : version.inUse ? (
          props.canRollBack && (
            <button type="button" disabled={props.busy} onClick={props.onRollBack}>
              Roll back
            </button>
          )
        ) : (
          <button type="button" disabled={props.busy} onClick={() => props.onPromote(refused)}>
            {refused ? "Promote anyway…" : "Promote"}
          </button>
        )}
      </header>
      <dl className="facts">
        <dt>made</dt>
        <dd>
          {atMinute(version.created)}
          {version.origin === "shipped" ? ", came with the program" : ", trained here"}
        </dd>
        {version.parent && (
          <>
            <dt>from</dt>
            <dd>
              {version.parent.name} {version.parent.version}
            </dd>
          </>
        )}
        {version.scores.map((item) => (
          <ScoreRow key={`${item.corpus} ${item.split} ${item.measure}`} item={item} />
        ))}
        <dt>fingerprint</dt>
        <dd className="muted">
          <code>{version.fingerprint.slice(0, 16)}</code>
        </dd>
      </dl>
      {version.gate && <GateDetails gate={version.gate} />}
      <LabelScores version={version} />
    </article>
  );
}

const inWords = (measure: string) => measure.replace(/^f1$/, "F1").replace("oos", "out-of-scope").replaceAll("_", " ");

const ScoreRow = (props: { item: ModelVersion["scores"][number] }) => (
  <>
    <dt>
      {props.item.corpus} {props.item.split}
    </dt>
    <dd className="numbers">
      {score(props.item.overall)} <span className="muted">{inWords(props.item.measure)}</span>
    </dd>
  </>
);

function LabelScores(props: { version: ModelVersion }) {
  const withLabels = props.version.scores.filter((item) => item.labels && Object.keys(item.labels).length > 0);
  if (withLabels.length === 0) return null;
  return (
    <details>
      <summary>Scores by label</summary>
      {withLabels.map((item) => (
        <table className="list" key={`${item.corpus} ${item.split}`}>
          <thead>
            <tr>
              <th scope="col">
                {item.corpus} {item.split}
              </th>
              <th scope="col" className="number">
                {inWords(item.measure)}
              </th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(item.labels!)
              .sort((a, b) => b[1] - a[1])
              .map(([label, value]) => (
                <tr key={label}>
                  <td>{label}</td>
                  <td className="number">{score(value)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      ))}
    </details>
  );
}
