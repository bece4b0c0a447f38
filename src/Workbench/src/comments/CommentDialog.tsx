import { useEffect, useRef, useState } from "react";
import type { Comment } from "../api/types.ts";
import { newId } from "../corrections/newId.ts";
import { accountName } from "../corrections/sessions.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { atMinute } from "../ui/times.ts";
import { useDialogKeys } from "../ui/useDialogKeys.ts";
import { useAttempt } from "../ui/useAttempt.ts";
import { draftKey, isAnswerable, request, sending, shortened, targetAt, unsaid, type Place, type Target, type Thread } from "./threads.ts";
import type { Comments } from "./useComments.ts";

const longest = 4000;

/** All threads of the document, and a box for what is said next; it opens at the current place. */
export function CommentDialog(props: {
  comments: Comments;
  place: Place | undefined;
  /** What stands there. */
  words: string;
  quote: (thread: Thread) => string;
  onClose: () => void;
}) {
  const { comments, place } = props;
  const { busy, problem, attempt } = useAttempt();
  const [target, setTarget] = useState<Target>(() => targetAt(comments.threads, place));
  const keyOf = (one: Target) => draftKey(accountName(), comments.documentId, one, place);
  const [text, setText] = useState(() => sessionStorage.getItem(keyOf(target)) ?? "");

  const aimedAt = useRef(target);
  aimedAt.current = target;

  // What was new when it was opened stays marked until it is closed; what comes meanwhile is marked too.
  const [fresh, setFresh] = useState<ReadonlySet<string>>(() => new Set(comments.unread.map(({ id }) => id)));
  const { unread, look } = comments;
  useEffect(() => {
    if (unread.length > 0) setFresh((before) => new Set([...before, ...unread.map(({ id }) => id)]));
    look();
  }, [unread, look]);

  function keep(one: Target, words: string) {
    if (words) sessionStorage.setItem(keyOf(one), words);
    else sessionStorage.removeItem(keyOf(one));
  }

  function write(words: string) {
    setText(words);
    keep(target, words);
  }

  function aim(next: Target) {
    setTarget(next);
    setText(sessionStorage.getItem(keyOf(next)) ?? "");
  }

  const send = () => {
    if (busy || text.trim() === "") return;
    void attempt(async () => {
      // Beside the draft: a reload after a lost answer sends it under the same key.
      const entry = `${keyOf(target)}.sent`;
      const sent = sending(sessionStorage.getItem(entry), text, newId);
      sessionStorage.setItem(entry, JSON.stringify(sent));
      const thread = await comments.add({ ...request(text, target, place), idempotencyKey: sent.key });
      sessionStorage.removeItem(entry);
      // What was typed while it was on its way is said next, and goes on there.
      const rest = unsaid(sessionStorage.getItem(keyOf(target)) ?? "", text);
      keep(target, "");
      keep(thread, rest);
      if (aimedAt.current === target) aim(thread);
    });
  };

  const answerable = comments.threads.filter(isAnswerable);
  const targets: Target[] = [...(place ? ["place"] : []), "document", ...answerable.map((thread) => thread.first.id)];
  const aimed = comments.threads.find((thread) => thread.first.id === target);
  const step = (by: 1 | -1) => aim(targets[(targets.indexOf(target) + by + targets.length) % targets.length]!);
  const settle = (thread: Thread) => void (busy || attempt(() => comments.resolve(thread.first.id, thread.open)));
  const keyFor = useDialogKeys("comments", (command) => {
    if (command === "sendComment") send();
    else if (command === "nextThread" || command === "previousThread") step(command === "nextThread" ? 1 : -1);
    else if (aimed) settle(aimed);
    return true;
  });

  return (
    <Dialog title="Comments" onClose={props.onClose} wide>
      {comments.problem && <p className="warning">The comments could not be read: {comments.problem.detail}</p>}
      <ul className="threads">
        {comments.threads.map((thread) => (
          <li
            key={thread.first.id}
            className={thread.open ? "thread" : "thread resolved"}
            aria-current={thread === aimed ? "true" : undefined}
            data-testid="thread"
          >
            <p className="hint">
              {props.quote(thread)}
              {!isAnswerable(thread) && ` · on the reading of ${thread.first.author}`} · {thread.open ? "open" : `✓ resolved by ${thread.first.resolvedBy ?? "?"}`}
            </p>
            {[thread.first, ...thread.answers].map((comment) => (
              <Said key={comment.id} comment={comment} fresh={fresh.has(comment.id)} />
            ))}
            {isAnswerable(thread) && (
              <div className="row">
                <button type="button" aria-pressed={target === thread.first.id} onClick={() => aim(thread.first.id)}>
                  Answer
                </button>
                <button type="button" disabled={busy} onClick={() => settle(thread)}>
                  {thread.open ? "Resolve" : "Reopen"}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <label className="field">
        Goes to
        <select value={target} onChange={(event) => aim(event.target.value)}>
          {place && <option value="place">a new thread at “{shortened(props.words)}”</option>}
          <option value="document">a new thread about the document</option>
          {answerable.map((thread) => (
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
      />
      <p className={problem ? "warning" : "hint"} role="status" data-testid="comment-state">
        {problem ? `Not done: ${problem.detail} What you wrote is kept.` : busy ? "Sending…" : text ? "Kept in this tab until it is sent." : ""}
      </p>
      <div className="row">
        <button type="button" className="primary" disabled={busy || text.trim() === ""} onClick={send}>
          Send <kbd>{keyFor("sendComment")}</kbd>
        </button>
        <span className="hint">
          <kbd>{keyFor("nextThread")}</kbd> <kbd>{keyFor("previousThread")}</kbd> choose where it goes{aimed && (
            <>
              , <kbd>{keyFor("settleThread")}</kbd> {aimed.open ? "resolves" : "reopens"} the thread
            </>
          )}
        </span>
      </div>
    </Dialog>
  );
}

const Said = ({ comment, fresh }: { comment: Comment; fresh: boolean }) => (
  <p className="thread-comment">
    <strong>{comment.author}</strong> <span className="muted">{atMinute(comment.at)}</span>
    {fresh && <span className="chip new-comment">new</span>}
    <br />
    {comment.text}
  </p>
);
