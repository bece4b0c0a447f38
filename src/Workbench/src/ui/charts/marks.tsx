import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";

export interface Marks {
  /** The one whose value is read out. */
  shown: number | undefined;
  /** The one that Tab leads to. */
  entry: number;
  show: (index: number | undefined) => void;
  enter: (index: number) => void;
  last: number;
}

/** A chart is one stop for Tab; inside it the arrow keys, Home and End go from mark to mark. */
export function useMarks(count: number): Marks {
  const [shown, show] = useState<number>();
  const [entry, enter] = useState(0);
  return { shown, entry: Math.min(entry, Math.max(0, count - 1)), show, enter, last: count - 1 };
}

/** Something in a chart that has a value; `label` says it in words. */
export function Mark(props: { marks: Marks; index: number; label: string; children: ReactNode }) {
  const { marks, index } = props;
  const self = useRef<SVGGElement>(null);

  function move(event: KeyboardEvent) {
    const to = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: marks.last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const inside = Math.min(marks.last, Math.max(0, to));
    self.current?.ownerSVGElement?.querySelector<SVGGElement>(`[data-mark="${inside}"]`)?.focus();
  }

  return (
    <g
      ref={self}
      className={marks.shown === index ? "mark shown" : "mark"}
      data-mark={index}
      role="img"
      aria-label={props.label}
      tabIndex={marks.entry === index ? 0 : -1}
      onKeyDown={move}
      onFocus={() => {
        marks.enter(index);
        marks.show(index);
      }}
      onBlur={() => marks.show(undefined)}
      onMouseEnter={() => marks.show(index)}
      onMouseLeave={() => marks.show(undefined)}
    >
      {props.children}
    </g>
  );
}

/** What a screen reader says of the mark, for those who look. */
export const Readout = (props: { marks: Marks; labels: readonly string[] }) => (
  <p className={props.marks.shown === undefined ? "readout waiting" : "readout"} aria-hidden="true">
    {props.marks.shown === undefined ? "Point at a mark, or Tab to it and use the arrow keys." : props.labels[props.marks.shown]}
  </p>
);
