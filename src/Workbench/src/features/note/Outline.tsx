import { useMemo } from "react";
import type { Mention } from "../../api/types.ts";
import { sectionAt, type Section } from "../../text/sections.ts";
import { VirtualList } from "../../ui/VirtualList.tsx";

/** The sections of the note, and how much is undecided in each. */
export function Outline(props: {
  sections: readonly Section[];
  mentions: readonly Mention[];
  offset: number;
  onGo: (index: number) => void;
}) {
  const { sections, mentions } = props;
  const open = useMemo(() => openIn(sections, mentions), [sections, mentions]);
  const at = sectionAt(sections, props.offset);
  return (
    <nav className="outline" aria-label="Sections">
      <VirtualList
        label="Sections of the note"
        className="outline-list"
        rowHeight={28}
        items={sections}
        currentIndex={at}
        keyOf={(section) => String(section.start)}
      >
        {(section, index) => (
          <button
            type="button"
            className="outline-row"
            aria-current={index === at ? "true" : undefined}
            title={section.title}
            onClick={() => props.onGo(index)}
          >
            <span className="outline-title">{section.title}</span>
            {open[index]! > 0 && (
              <span className="numbers" aria-label={`${open[index]} undecided`}>
                {open[index]}
              </span>
            )}
          </button>
        )}
      </VirtualList>
    </nav>
  );
}

function openIn(sections: readonly Section[], mentions: readonly Mention[]): number[] {
  const counts = sections.map(() => 0);
  let at = -1;
  for (const mention of mentions) {
    while (at + 1 < sections.length && sections[at + 1]!.start <= mention.start) at++;
    if (at >= 0 && mention.state === "suggested") counts[at]!++;
  }
  return counts;
}
