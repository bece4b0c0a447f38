import { useEffect, useState, useSyncExternalStore } from "react";

export type Theme = "auto" | "light" | "dark";

const setting = "clinicalnlp.theme";
const order: Theme[] = ["auto", "light", "dark"];
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

const subscribe = (listener: () => void) => {
  prefersDark.addEventListener("change", listener);
  return () => prefersDark.removeEventListener("change", listener);
};

const read = () => order.find((name) => name === localStorage.getItem(setting)) ?? "auto";

/** The style sheet knows two themes; which one "auto" is, is decided here. */
function show(theme: Theme, dark: boolean): void {
  document.documentElement.dataset["theme"] = theme === "auto" ? (dark ? "dark" : "light") : theme;
}

// Before anything is drawn: a light page must not flash in a dark room.
show(read(), prefersDark.matches);

export function useTheme(): { theme: Theme; next: () => void } {
  const [theme, setTheme] = useState(read);
  const dark = useSyncExternalStore(subscribe, () => prefersDark.matches);
  useEffect(() => {
    localStorage.setItem(setting, theme);
    show(theme, dark);
  }, [theme, dark]);
  return { theme, next: () => setTheme(order[(order.indexOf(theme) + 1) % order.length]!) };
}
