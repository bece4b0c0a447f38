import { eventWords } from "./words.ts";

/** Which events an address is told of. */
export function EventChoice(props: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  return (
    <fieldset>
      <legend>When</legend>
      {Object.keys(eventWords).map((type) => (
        <label key={type}>
          <input
            type="checkbox"
            checked={props.chosen.includes(type)}
            onChange={(event) =>
              props.onChange(event.target.checked ? [...props.chosen, type] : props.chosen.filter((other) => other !== type))
            }
          />
          {eventWords[type]} <code className="code">{type}</code>
        </label>
      ))}
    </fieldset>
  );
}
