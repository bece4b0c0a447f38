import type { ReactNode } from "react";

/** Tabs over a panel that has the id `panel`; arrows go from one to the next. Children stand beside them, out of the list. */
export function Tabs<Name extends string>(props: {
  label: string;
  panel: string;
  names: Readonly<Record<Name, string>>;
  chosen: Name;
  onChoose: (name: Name) => void;
  children?: ReactNode;
}) {
  const names = Object.keys(props.names) as Name[];
  function step(from: Name, by: 1 | -1) {
    const next = names[(names.indexOf(from) + by + names.length) % names.length]!;
    props.onChoose(next);
    document.getElementById(tabId(next))?.focus();
  }
  return (
    <div className="tabs">
      <div role="tablist" aria-label={props.label}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={tabId(name)}
            aria-selected={props.chosen === name}
            aria-controls={props.panel}
            tabIndex={props.chosen === name ? 0 : -1}
            onClick={() => props.onChoose(name)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
              step(name, event.key === "ArrowRight" ? 1 : -1);
              event.preventDefault();
            }}
          >
            {props.names[name]}
          </button>
        ))}
      </div>
      <span className="spacer" />
      {props.children}
    </div>
  );
}

/** What names the panel: the tab that is chosen. */
export const tabId = (name: string) => `tab-${name}`;
