import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

function stored(name: string): string | null {
  try {
    return localStorage.getItem(`sluice.${name}`);
  } catch {
    return null;
  }
}

function keep(name: string, value: string | null): void {
  try {
    if (value === null) {
      localStorage.removeItem(`sluice.${name}`);
    } else {
      localStorage.setItem(`sluice.${name}`, value);
    }
  } catch {
    // without storage it holds until the page is closed
  }
}

const first = stored("theme");
export const theme = signal<Theme>(first === "light" || first === "dark" ? first : "system");
/** Counts up when colours change, by choice or by the system: what is drawn on canvas is drawn anew. */
export const themeEpoch = signal(0);

/** Applies the theme from now on. */
export function watchTheme(): void {
  effect(() => {
    const chosen = theme.value;
    if (chosen === "system") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = chosen;
    }
    keep("theme", chosen === "system" ? null : chosen);
    themeEpoch.value = themeEpoch.peek() + 1;
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    themeEpoch.value = themeEpoch.peek() + 1;
  });
}

export function isDark(): boolean {
  const chosen = theme.peek();
  return chosen === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
}

export function toggleTheme(): void {
  theme.value = isDark() ? "light" : "dark";
}
