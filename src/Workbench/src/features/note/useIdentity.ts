import { useSyncExternalStore } from "react";

const setting = "clinicalnlp.identity";
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  // Another tab is on the same screen.
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
};

const read = () => localStorage.getItem(setting) === "hidden";

function toggle(): void {
  if (read()) localStorage.removeItem(setting);
  else localStorage.setItem(setting, "hidden");
  listeners.forEach((listener) => listener());
}

/** Whether names, dates and numbers of persons are hidden: on every note of this browser, until somebody shows them again. */
export const useIdentity = () => ({ hidden: useSyncExternalStore(subscribe, read), toggle });
