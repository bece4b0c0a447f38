import { useState } from "react";

/** Something that is shown this once: a link or a key, to be copied. */
export function Once(props: { title: string; value: string; hint: string; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="box once" role="status">
      <p>
        <strong>{props.title}</strong> {props.hint}
      </p>
      <div className="row">
        <input readOnly value={props.value} aria-label={props.title} onFocus={(event) => event.target.select()} />
        <button
          type="button"
          className="primary"
          onClick={() => void navigator.clipboard?.writeText(props.value).then(() => setCopied(true))}
        >
          {copied ? "Copied" : "Copy"}
        </button>
        <button type="button" onClick={props.onDone}>
          Done
        </button>
      </div>
    </div>
  );
}
