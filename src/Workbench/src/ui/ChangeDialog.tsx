import { useEffect, useState, type ReactNode } from "react";
import { Dialog } from "./Dialog.tsx";
import { Loading, ProblemBox } from "./parts.tsx";
import { useAttempt } from "./useAttempt.ts";

/** A change in two steps: what shall be done, and then what that would do before it is carried out. */
export function ChangeDialog<Effect>(props: {
  title: string;
  /** On the button that carries it out. */
  verb: string;
  /** Whether the fields say enough. */
  ready: boolean;
  preview: () => Promise<Effect>;
  effectOf: (effect: Effect) => ReactNode;
  carryOut: (effect: Effect) => Promise<void>;
  /** What was shown no longer holds: the present state is to be fetched, and the preview is asked for again. */
  onStale?: () => void;
  onClose: () => void;
  /** There is nothing to fill in: the fields only explain. */
  explains?: boolean;
  /** What it would do is asked for at once. */
  atOnce?: boolean;
  /** The fields. */
  children: ReactNode;
}) {
  const [effect, setEffect] = useState<Effect>();
  const { busy, problem, dismiss, attempt } = useAttempt((found) => {
    if (found.code !== "stale_schema") return;
    setEffect(undefined);
    props.onStale?.();
  });
  const look = () => void attempt(async () => setEffect(await props.preview()));
  useEffect(() => {
    if (props.atOnce) look();
    // Once, when the dialog opens.
  }, []);

  return (
    <Dialog title={props.title} onClose={props.onClose} wide>
      {problem && <ProblemBox problem={problem} onDismiss={dismiss} />}
      {effect !== undefined ? (
        <div data-testid="effect">
          {props.effectOf(effect)}
          <p className="row">
            {!props.atOnce && (
              <button type="button" className="quiet" disabled={busy} onClick={() => setEffect(undefined)}>
                Back
              </button>
            )}
            <span className="spacer" />
            <button
              type="button"
              className="primary"
              autoFocus
              disabled={busy}
              onClick={() => void attempt(() => props.carryOut(effect))}
            >
              {props.verb}
            </button>
          </p>
        </div>
      ) : (
        <form
          className="change-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (props.ready) look();
          }}
        >
          {props.children}
          {props.atOnce && busy ? (
            <Loading what="what would change" />
          ) : (
            <p className="row">
              <span className="spacer" />
              <button type="submit" className="primary" disabled={busy || !props.ready} autoFocus={props.explains ?? false}>
                See what changes
              </button>
            </p>
          )}
        </form>
      )}
    </Dialog>
  );
}

/** Which of the others it becomes part of. */
export function IntoField(props: { names: readonly string[]; value: string; onChange: (name: string) => void; readable?: (name: string) => string }) {
  return (
    <label>
      Into
      <select data-autofocus value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        {props.names.map((name) => (
          <option key={name} value={name}>
            {props.readable?.(name) ?? name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function NameField(props: { label?: string; value: string; onChange: (name: string) => void; known?: readonly string[] }) {
  return (
    <label>
      {props.label ?? "Name"}
      <input
        data-autofocus
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        maxLength={200}
        list={props.known && "known-names"}
      />
      {props.known && (
        <datalist id="known-names">
          {props.known.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      )}
    </label>
  );
}
