import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { CommentDialog } from "@/comments/CommentDialog.tsx";
import type { Comments } from "@/comments/useComments.ts";
import { threadsOf } from "@/comments/threads.ts";

const said = (id: string, text: string) => ({ id, text, author: "ana", at: "2026-11-23T08:00:00Z", unread: false });

/** A service that answers when it is told to. */
function slowComments(...texts: string[]) {
  const sent: string[] = [];
  let answer = (_thread: string) => {};
  const comments = {
    documentId: "d1",
    threads: threadsOf(texts.map((text, index) => said(`t${index}`, text))),
    unread: [],
    look: () => {},
    add: ({ text }: { text: string }) => {
      sent.push(text);
      return new Promise<string>((resolve) => (answer = resolve));
    },
  } as unknown as Comments;
  return { comments, sent, answer: (thread: string) => act(async () => answer(thread)) };
}

const box = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Comment", hidden: true });
const type = (value: string) => fireEvent.change(box(), { target: { value } });
const send = () => fireEvent.keyDown(box(), { key: "Enter", ctrlKey: true });

beforeEach(() => {
  sessionStorage.clear();
  // Not in this DOM.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

function open(comments: Comments) {
  return render(<CommentDialog comments={comments} place={{ id: "m1", start: 0, end: 4 }} words="pain" quote={() => ""} onClose={() => {}} />);
}

test("what is typed while a comment is on its way stays, and is said next", async () => {
  const { comments, sent, answer } = slowComments("Which dose?");
  open(comments);
  type("Brand or substance?");
  send();
  type("Brand or substance? And which dose");
  await answer("t0");
  expect(box().value).toBe("And which dose");
  send();
  expect(sent).toEqual(["Brand or substance?", "And which dose"]);
});

test("what is typed to another thread meanwhile stays there", async () => {
  const { comments, answer } = slowComments("Which dose?");
  open(comments);
  type("Brand or substance?");
  send();
  fireEvent.change(screen.getByRole("combobox", { hidden: true }), { target: { value: "t0" } });
  type("75 mg");
  await answer("t9");
  expect(box().value).toBe("75 mg");
  fireEvent.change(screen.getByRole("combobox", { hidden: true }), { target: { value: "place" } });
  expect(box().value).toBe("");
});

test("a draft that was changed otherwise than by going on is kept whole", async () => {
  const { comments, answer } = slowComments("Which dose?");
  open(comments);
  type("Brand?");
  send();
  type("A brand?");
  await answer("t0");
  expect(box().value).toBe("A brand?");
});
