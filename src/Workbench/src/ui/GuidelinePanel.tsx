import { useEffect, useMemo, useRef, useState } from "react";
import { api } from "../api/client.ts";
import type { LabelDefinition } from "../api/types.ts";
import { Markdown } from "./Markdown.tsx";
import { Loading, ProblemBox } from "./parts.tsx";
import { useAnswer } from "./useAnswer.ts";

/** What people are told about the project and its labels, with a search; it opens at the label that is being decided. */
export function GuidelinePanel(props: {
  projectId: string;
  labels: readonly LabelDefinition[];
  /** Undefined: the project's own text. */
  label: string | undefined;
  colourOf: (label: string) => string;
  onClose?: () => void;
}) {
  const { labels, label } = props;
  const guidelines = useAnswer(`guidelines ${props.projectId}`, () => api.guidelines(props.projectId));
  const [search, setSearch] = useState("");
  const body = useRef<HTMLDivElement>(null);
  const texts = useMemo(() => new Map(guidelines.value?.map((item) => [item.label, item.text])), [guidelines.value]);
  const wanted = search.trim().toLowerCase();
  const shown = [{ name: "" } as LabelDefinition, ...labels].filter((entry) => {
    const words = [entry.name, entry.description, ...(entry.examples ?? []), texts.get(entry.name)].join("\n").toLowerCase();
    const says = entry.name !== "" || texts.get("") !== undefined;
    return says && (wanted === "" || words.includes(wanted));
  });

  useEffect(() => {
    if (wanted !== "" || !guidelines.value) return;
    const target = [...(body.current?.children ?? [])].find((child) => (child as HTMLElement).dataset["label"] === (label ?? ""));
    if (target && body.current) body.current.scrollTop = (target as HTMLElement).offsetTop - body.current.offsetTop;
  }, [label, guidelines.value, wanted]);

  return (
    <aside className="guideline-panel" aria-label="Guidelines" data-testid="guidelines">
      <header className="row">
        <h2>Guidelines</h2>
        <span className="spacer" />
        {props.onClose && (
          <button type="button" className="quiet" onClick={props.onClose} aria-label="Close the guidelines">
            ✕
          </button>
        )}
      </header>
      <input
        type="search"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          // Escape empties the search, and once more gives the keys back to the page.
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          if (search) setSearch("");
          else event.currentTarget.blur();
        }}
        placeholder="Search the guidelines"
        aria-label="Search the guidelines"
      />
      {guidelines.problem && !guidelines.value && <ProblemBox problem={guidelines.problem} onRetry={guidelines.reload} />}
      {!guidelines.value && !guidelines.problem && <Loading what="the guidelines" />}
      {guidelines.value && (
        <div ref={body} className="guideline-texts">
          {shown.map((entry) => (
            <section key={entry.name} data-label={entry.name} aria-current={entry.name !== "" && entry.name === label ? "true" : undefined}>
              {entry.name !== "" && (
                <h3>
                  <span className="swatch" style={{ background: props.colourOf(entry.name) }} aria-hidden="true" /> {entry.name}
                </h3>
              )}
              {entry.description && <p>{entry.description}</p>}
              {(entry.examples?.length ?? 0) > 0 && (
                <p className="examples">
                  {entry.examples!.map((example) => (
                    <mark key={example} style={{ "--label": props.colourOf(entry.name) } as React.CSSProperties}>
                      {example}
                    </mark>
                  ))}
                </p>
              )}
              {texts.get(entry.name) && <Markdown text={texts.get(entry.name)!} level={entry.name === "" ? 3 : 4} />}
              {!entry.description && !entry.examples?.length && !texts.get(entry.name) && (
                <p className="hint">Nothing is written about this label yet.</p>
              )}
            </section>
          ))}
          {shown.length === 0 && <p className="hint">{wanted ? "Nothing says so." : "Nothing is written yet."}</p>}
        </div>
      )}
    </aside>
  );
}
