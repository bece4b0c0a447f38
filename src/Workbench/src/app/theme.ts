import { useEffect, useState } from "react";

export type Theme = "auto" | "light" | "dark";

const setting = "clinicalnlp.theme";
const order: Theme[] = ["auto", "light", "dark"];

export function useTheme(): { theme: Theme; next: () => void } {
  const [theme, setTheme] = useState<Theme>(() => order.find((name) => name === localStorage.getItem(setting)) ?? "auto");
  useEffect(() => {
    localStorage.setItem(setting, theme);
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  return { theme, next: () => setTheme(order[(order.indexOf(theme) + 1) % order.length]!) };
}
