import { useEffect, useRef, useState, type ReactNode } from "react";

const spareRows = 8;

/** A list of rows of one height that draws only those in sight: a long note has thousands. Keeps the current row in sight. */
export function VirtualList<T>(props: {
  label: string;
  className: string;
  rowHeight: number;
  items: readonly T[];
  currentIndex: number;
  keyOf: (item: T) => string;
  children: (item: T, index: number) => ReactNode;
}) {
  const { items, rowHeight, currentIndex } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 400 });

  useEffect(() => {
    const element = frame.current;
    if (!element || currentIndex < 0) return;
    const top = currentIndex * rowHeight;
    if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top - element.clientHeight / 2;
    }
  }, [currentIndex, rowHeight]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScroll({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(scroll.top / rowHeight) - spareRows);
  const last = Math.min(items.length, Math.ceil((scroll.top + scroll.height) / rowHeight) + spareRows);

  return (
    <div
      className={props.className}
      ref={frame}
      role="list"
      aria-label={props.label}
      onScroll={(event) => setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div style={{ height: items.length * rowHeight, position: "relative" }}>
        {items.slice(first, last).map((item, index) => (
          <div
            key={props.keyOf(item)}
            role="listitem"
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ position: "absolute", insetInline: 0, top: (first + index) * rowHeight, height: rowHeight }}
          >
            {props.children(item, first + index)}
          </div>
        ))}
      </div>
    </div>
  );
}
