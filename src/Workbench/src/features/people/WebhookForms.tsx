import { useState } from "react";
import type { Webhook } from "../../api/types.ts";
import { EventChoice } from "./EventChoice.tsx";

/** Another address or other events for a webhook; what waits goes to the new address. */
export function ChangeForm(props: { hook: Webhook; busy: boolean; onSave: (change: { url: string; events: string[] }) => void; onClose: () => void }) {
  const [url, setUrl] = useState(props.hook.url);
  const [events, setEvents] = useState(props.hook.events);
  const same =
    url.trim() === props.hook.url && events.length === props.hook.events.length && events.every((type) => props.hook.events.includes(type));
  return (
    <form
      className="add-form"
      aria-label={`Change ${props.hook.url}`}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSave({ url: url.trim(), events });
      }}
    >
      <label>
        New address
        <input type="url" value={url} onChange={(event) => setUrl(event.target.value)} autoComplete="off" autoFocus />
      </label>
      <button type="submit" className="primary" disabled={props.busy || same || url.trim() === "" || events.length === 0}>
        Save
      </button>
      <button type="button" onClick={props.onClose}>
        Cancel
      </button>
      <EventChoice chosen={events} onChange={setEvents} />
    </form>
  );
}

const overlaps: readonly [hours: number, words: string][] = [
  [1, "an hour"],
  [24, "a day"],
  [168, "a week"],
  [720, "30 days"],
  [0, "not at all: it has leaked"],
];

/** A new secret, with the old one valid beside it while the receiver changes over. */
export function RotateForm(props: { hook: Webhook; busy: boolean; onRotate: (oldValidHours: number) => void; onClose: () => void }) {
  const [hours, setHours] = useState(24);
  return (
    <form
      className="add-form"
      aria-label={`New secret for ${props.hook.url}`}
      onSubmit={(event) => {
        event.preventDefault();
        props.onRotate(hours);
      }}
    >
      <label>
        The old secret stays valid
        <select value={hours} onChange={(event) => setHours(Number(event.target.value))} autoFocus>
          {overlaps.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="primary" disabled={props.busy}>
        Make a new secret
      </button>
      <button type="button" onClick={props.onClose}>
        Cancel
      </button>
      <p className="hint">
        {hours === 0
          ? "Messages are signed with the new secret alone from now on; every earlier one ends."
          : "Until then messages carry a signature by each, so that the receiver can change over without missing any."}
      </p>
    </form>
  );
}
