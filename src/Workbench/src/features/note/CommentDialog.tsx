import { useState } from "react";
import type { Comment, Mention } from "../../api/types.ts";
import { accountName } from "../../corrections/sessions.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { useAttempt } from "../../ui/useAttempt.ts";
import { draftKey, request, targetAt, type Target, type Thread } from "./comments.ts";
import type { Comments } from "./useComments.ts";

const longest = 4000;

/** All threads of the document, and a box for what is said next; it opens at the current mention. */
export function CommentDialog(props: { comments: Comments; mention: Mention | undefined; words: string; quote: (thread: Thread) => string; onClose: () => void }) {
  const { comments, mention } = props;
  const { busy, problem, attempt } = useAttempt();
  const [target, setTarget] = useState<Target>(() => targetAt(comments.threads, mention));
  const keyOf = (one: Target) => draftKey(accountName(), comments.documentId, one, mention);
  const [text, setText] = useState(() => sessionStorage.getItem(keyOf(target)) ?? "");

  function write(words: string) {
    setText(words);
    if (words) sessionStorage.setItem(keyOf(target), words);
    else sessionStorage.removeItem(keyOf(target));
  }

  function aim(next: Target) {
    setTarget(next);
    setText(sessionStorage.getItem(keyOf(next)) ?? "");
  }

  const send = () => {
    if (busy || text.trim() === "") return;
    void attempt(async () => {
      await comments.add(request(text, target, mention));
      write("");
    });
  };

  return (
    <Dialog title="Comments" onClose={props.onClose} wide>
      {comments.problem && <p className="warning">The comments could not be read: {comments.problem.detail}</p>}
      <ul className="threads">
        {comments.threads.map((thread) => (
          <li key={thread.first.id} className={thread.open ? "thread" : "thread resolved"} data-testid="thread">
            <p className="hint">
              {props.quote(thread)} · {thread.open ? "open" : `✓ resolved by ${thread.first.resolvedBy ?? "?"}`}
            </p>
            {[thread.first, ...thread.answers].map((comment) => (
              <Said key={comment.id} comment={comment} />
            ))}
            <div className="row">
              <button type="button" aria-pressed={target === thread.first.id} onClick={() => aim(thread.first.id)}>
                Answer
              </button>
              <button type="button" disabled={busy} onClick={() => void attempt(() => comments.resolve(thread.first.id, thread.open))}>
                {thread.open ? "Resolve" : "Reopen"}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <label className="field">
        Goes to
        <select value={target} onChange={(event) => aim(event.target.value)}>
          {mention && <option value="mention">a new thread at “{props.words}”</option>}
          <option value="document">a new thread about the document</option>
          {comments.threads.map((thread) => (
            <option key={thread.first.id} value={thread.first.id}>
              the thread of {thread.first.author}: {thread.first.text.slice(0, 60)}
            </option>
          ))}
        </select>
      </label>
      <textarea
        data-autofocus
        aria-label="Comment"
        rows={4}
        maxLength={longest}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
      />
      <p className={problem ? "warning" : "hint"} role="status" data-testid="comment-state">
        {problem ? `Not done: ${problem.detail} What you wrote is kept.` : busy ? "Sending…" : text ? "Kept in this tab until it is sent." : ""}
      </p>
      <div className="row">
        <button type="button" className="primary" disabled={busy || text.trim() === ""} onClick={send}>
          Send <kbd>Ctrl+Enter</kbd>
        </button>
      </div>
    </Dialog>
  );
}

const Said = ({ comment }: { comment: Comment }) => (
  <p className="thread-comment">
    <strong>{comment.author}</strong> <span className="muted">{new Date(comment.at).toLocaleString()}</span>
    <br />
    {comment.text}
  </p>
);
