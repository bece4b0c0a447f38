import type { Notice } from "../corrections/session.ts";
import { atHour } from "../ui/times.ts";
import { changeInWords, matterInWords, revisionInWords, sideInWords } from "./inWords.ts";

/** What became of the own changes when somebody else had changed the document, or when the service refused. */
export function NoticeBox(props: { notice: Notice; text: string; chooseKey: string | undefined; onChoose: () => void; onDismiss: () => void }) {
  const { notice, text } = props;
  const conflicts = notice.setAside.filter((entry) => !entry.refused);
  const refused = notice.setAside.filter((entry) => entry.refused);
  return (
    <div className={notice.kind === "refused" ? "box problem" : "box notice"} role="alert" data-testid="notice">
      <div className="told">
        {notice.others.length > 0 && (
          <>
            <p>Somebody else changed this document while you did; their changes are on the page now:</p>
            <ul>
              {notice.others.map((other) => (
                <li key={other.revision}>
                  <strong>{other.by ?? "somebody"}</strong>
                  {other.at && <span className="muted"> at {atHour(other.at)}</span>}:{" "}
                  {revisionInWords(other, text)}
                </li>
              ))}
            </ul>
          </>
        )}
        {notice.kind === "merged" && notice.others.length === 0 && (
          <p>The document had changed; what you did was made again upon its present state.</p>
        )}
        {notice.reapplied > 0 && (
          <p>
            {notice.reapplied} of your unsent {notice.reapplied === 1 ? "changes was" : "changes were"} kept.
          </p>
        )}
        {notice.problem && (
          <p>
            The service refused: {notice.problem.detail} <code className="code">{notice.problem.code}</code>
          </p>
        )}
        {conflicts.length > 0 && (
          <table className="sides" data-testid="conflicts">
            <caption>Not made, because theirs stands there:</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Mine</th>
                <th scope="col">Theirs</th>
              </tr>
            </thead>
            <tbody>
              {conflicts.map((entry, index) => (
                <tr key={index}>
                  <th scope="row">
                    {changeInWords(entry.change, text)} {entry.change.start === undefined && matterInWords(entry, text)}
                  </th>
                  <td>{sideInWords(entry.mine, text)}</td>
                  <td>{sideInWords(entry.theirs, text)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {refused.length > 0 && (
          <>
            <p>Not made:</p>
            <ul>
              {refused.map((entry, index) => (
                <li key={index}>
                  {changeInWords(entry.change, text)} – {entry.reason}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <p className="actions">
        {conflicts.length > 0 && (
          <button type="button" onClick={props.onChoose}>
            Choose {props.chooseKey && <kbd>{props.chooseKey}</kbd>}
          </button>
        )}
        <button type="button" onClick={props.onDismiss}>
          Understood
        </button>
      </p>
    </div>
  );
}
