import { useLayoutEffect, useRef } from "react";

/** Returns true when the key meant something here; then the browser does nothing with it. */
export type KeyHandler = (event: KeyboardEvent, key: string) => boolean;

/**
 * Keys of the whole page. They rest while somebody types into a field or a dialog is open, and a focused button
 * or link keeps its own Enter and Space.
 */
export function useKeys(handler: KeyHandler): void {
  const latest = useRef(handler);
  // Before the browser shows what was drawn: a key is pressed upon what is seen, and no handler of before may get it.
  useLayoutEffect(() => {
    latest.current = handler;
  });
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      if ((event.key === "Enter" || event.key === " ") && isControl(event.target)) return;
      if (latest.current(event, nameOf(event))) event.preventDefault();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("input:not([type=range], [type=checkbox], [type=file]), textarea, select") !== null;

const isControl = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("button, a[href], summary, input[type=file]") !== null;

/** `Ctrl+Z`, `Alt+[`, `A`: modifiers that the character itself does not already say. AltGr only makes characters. */
export function nameOf(event: KeyboardEvent): string {
  const makesCharacter = event.getModifierState("AltGraph");
  const key = event.altKey && !makesCharacter ? (bracketOf(event) ?? event.key) : event.key;
  const parts = [
    (event.ctrlKey || event.metaKey) && !makesCharacter ? "Ctrl+" : "",
    event.altKey && !makesCharacter ? "Alt+" : "",
    event.shiftKey && key.length > 1 ? "Shift+" : "",
  ];
  const letter = event.ctrlKey && key.length === 1 ? (event.shiftKey ? `Shift+${key.toUpperCase()}` : key.toUpperCase()) : key;
  return parts.join("") + letter;
}

/** With Alt some keyboards send another character than the key shows. */
function bracketOf(event: KeyboardEvent): string | undefined {
  if (event.code === "BracketLeft") return event.shiftKey ? "{" : "[";
  if (event.code === "BracketRight") return event.shiftKey ? "}" : "]";
  return undefined;
}
