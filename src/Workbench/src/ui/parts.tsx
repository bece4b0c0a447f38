import type { ReactNode } from "react";
import type { Problem } from "../api/problem.ts";

export function ProblemBox(props: { problem: Problem; onRetry?: (() => void) | undefined; onDismiss?: (() => void) | undefined }) {
  const { problem } = props;
  return (
    <div className="box problem" role="alert">
      <p className="told">
        {problem.detail} <code className="code">{problem.code}</code>
      </p>
      {(props.onRetry || props.onDismiss) && (
        <p className="actions">
          {props.onRetry && (
            <button type="button" onClick={props.onRetry}>
              Try again
            </button>
          )}
          {props.onDismiss && (
            <button type="button" className="quiet" onClick={props.onDismiss}>
              Dismiss
            </button>
          )}
        </p>
      )}
    </div>
  );
}

export const Loading = (props: { what: string }) => (
  <p className="loading" role="status">
    <span className="spinner" aria-hidden="true" /> Loading {props.what}…
  </p>
);

export const Empty = (props: { title: string; children?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{props.title}</p>
    {props.children}
  </div>
);

export const Key = (props: { children: ReactNode }) => <kbd aria-hidden="true">{props.children}</kbd>;

export function Meter(props: { value: number; total: number; label: string }) {
  const share = props.total === 0 ? 1 : props.value / props.total;
  return (
    <div className="meter-row">
      <div
        className="meter"
        role="progressbar"
        aria-label={props.label}
        aria-valuemin={0}
        aria-valuemax={props.total}
        aria-valuenow={props.value}
      >
        <div className={share >= 1 ? "meter-fill full" : "meter-fill"} style={{ width: `${share * 100}%` }} />
      </div>
      <span className="numbers">
        {props.value} / {props.total}
      </span>
    </div>
  );
}

export const percent = (share: number) => `${Math.round(share * 100)} %`;

export function score(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return (value <= 1 ? value * 100 : value).toFixed(1);
}

/** Of others, since who looks at the list has looked at the comments. */
export const NewComments = (props: { count: number }) =>
  props.count === 0 ? null : (
    <span className="chip new-comment" data-testid="new-comments">
      {props.count} new {props.count === 1 ? "comment" : "comments"}
    </span>
  );
