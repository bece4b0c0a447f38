import { discardUnsent, useUnattended } from "../corrections/sessions.ts";
import { hrefOf } from "./route.ts";

/** Changes of an earlier page that the service does not take: nobody has their document open, so they are shown here. */
export function UnsentBox() {
  const stuck = useUnattended().filter((document) => document.problem);
  if (stuck.length === 0) return null;
  return (
    <div className="box notice" role="alert">
      <p>Changes made earlier in this browser are not saved yet:</p>
      <ul>
        {stuck.map((document) => (
          <li key={document.id}>
            {document.waiting} on <a href={hrefOf({ page: "document", id: document.id })}>{document.id}</a> – {document.problem!.detail}{" "}
            <code className="code">{document.problem!.code}</code>{" "}
            {!document.problem!.isTemporary && (
              <button type="button" onClick={() => discardUnsent(document.id)}>
                Discard
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
