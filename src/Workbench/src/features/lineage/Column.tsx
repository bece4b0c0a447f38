import type { ReactNode } from "react";
import type { Problem } from "../../api/problem.ts";
import { Loading, ProblemBox } from "../../ui/parts.tsx";

/** One step of the chain: what stands here follows from what is chosen to its left. */
export function Column(props: { title: string; hint?: string | undefined; children: ReactNode }) {
  return (
    <section className="lineage-column" aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.hint && <p className="hint">{props.hint}</p>}
      {props.children}
    </section>
  );
}

export const Nodes = (props: { children: ReactNode }) => <ul className="lineage-nodes">{props.children}</ul>;

/** One thing in a column: what it is called, its facts, where it leads. With `onChoose` the next columns show what is below it. */
export function Node(props: {
  title: string;
  mono?: boolean;
  facts?: ReactNode;
  chips?: ReactNode;
  chosen?: boolean;
  onChoose?: (() => void) | undefined;
  links?: { href: string; words: string }[];
}) {
  const title = props.mono ? <code>{props.title}</code> : props.title;
  return (
    <li className={props.chosen ? "lineage-node chosen" : "lineage-node"}>
      <div className="lineage-node-head">
        {props.onChoose ? (
          <button type="button" className="link" aria-pressed={props.chosen ?? false} onClick={props.onChoose}>
            {title}
          </button>
        ) : (
          <strong>{title}</strong>
        )}
        {props.chips}
      </div>
      {props.facts && <div className="lineage-facts">{props.facts}</div>}
      {props.links && props.links.length > 0 && (
        <p className="lineage-links">
          {props.links.map(({ href, words }) => (
            <a key={href} href={href}>
              {words}
            </a>
          ))}
        </p>
      )}
    </li>
  );
}

/** A list that may not be there yet, be refused, or be empty. */
export function Listed<T>(props: {
  what: string;
  value: readonly T[] | undefined;
  problem: Problem | undefined;
  onRetry: () => void;
  empty: string;
  more?: (() => void) | undefined;
  children: (item: T) => ReactNode;
}) {
  if (!props.value) return props.problem ? <ProblemBox problem={props.problem} onRetry={props.onRetry} /> : <Loading what={props.what} />;
  if (props.value.length === 0) return <p className="hint">{props.empty}</p>;
  return (
    <>
      <Nodes>{props.value.map(props.children)}</Nodes>
      {props.more && (
        <p className="more">
          <button type="button" onClick={props.more}>
            More
          </button>
        </p>
      )}
    </>
  );
}
