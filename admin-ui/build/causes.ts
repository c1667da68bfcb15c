import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** What docs/errors.md says of a cause. */
export interface Cause {
  side: "client" | "gateway" | "upstream";
  /** What clients are answered; 0: nobody is there. */
  status: number;
  text: string;
  means: string;
  likely: string;
  remedy: string;
}

/** Reads the table and the sections of docs/errors.md, so that the dashboard explains causes in the same words. */
export function readCauses(markdown: string): Record<string, Cause> {
  const causes: Record<string, Cause> = {};
  for (const row of markdown.matchAll(
    /^\| \[`([a-z0-9-]+)`\]\([^)]*\) \| (client|gateway|upstream) \| (\d+) \| (.*) \|$/gm,
  )) {
    const [, name = "", side, status, text = ""] = row;
    const section = markdown.split(`### \`${name}\``)[1]?.split(/^##/m)[0] ?? "";
    const part = (title: string): string => plain(new RegExp(`\\*\\*${title}:\\*\\* (.*)`).exec(section)?.[1] ?? "");
    causes[name] = {
      side: side as Cause["side"],
      status: Number(status),
      text,
      means: part("Means"),
      likely: part("Likely"),
      remedy: part("Remedy"),
    };
  }
  return causes;
}

/** Markdown of one line as text. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
}

/** The module `virtual:causes`. */
export function causes(): Plugin {
  const name = "virtual:causes";
  const file = fileURLToPath(new URL("../../docs/errors.md", import.meta.url));
  return {
    name: "causes",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) {
        return undefined;
      }
      this.addWatchFile(file);
      return `export default ${JSON.stringify(readCauses(readFileSync(file, "utf8")))};`;
    },
  };
}
