import { useState } from "react";
import { Dialog } from "./Dialog.tsx";

/** Asks for a reason before something is left. */
export function ReasonDialog(props: { title: string; told: string; action: string; onClose: () => void; onGive: (reason: string) => void }) {
  const [reason, setReason] = useState("");
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim()) props.onGive(reason.trim());
        }}
      >
        <p>{props.told}</p>
        <p>
          <label>
            Reason{" "}
            <input data-autofocus value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} required />
          </label>
        </p>
        <button type="submit" className="primary" disabled={!reason.trim()}>
          {props.action}
        </button>
      </form>
    </Dialog>
  );
}
