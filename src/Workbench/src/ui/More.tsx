import { useEffect, useRef } from "react";

/** The end of what was fetched: the next part is asked for shortly before it is seen. */
export function More(props: { onSeen: () => void }) {
  const end = useRef<HTMLParagraphElement>(null);
  const seen = useRef(props.onSeen);
  seen.current = props.onSeen;
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) seen.current();
    }, { rootMargin: "0px 0px 800px 0px" });
    watch.observe(end.current!);
    return () => watch.disconnect();
  }, []);
  return (
    <p ref={end} className="more hint">
      <button type="button" className="quiet" onClick={props.onSeen}>
        More…
      </button>
    </p>
  );
}
