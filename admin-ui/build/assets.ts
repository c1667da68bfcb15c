import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = /\.(js|css|html|svg|json|txt)$/;

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

/** Puts a .gz beside each file of the output: the admin listener compresses nothing itself. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      for (const path of files(folder)) {
        if (COMPRESSIBLE.test(path)) {
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
      }
    },
  };
}

/**
 * Fails the build if what a browser fetches for the first page is larger than this, compressed: index.html and all that it
 * names. Chunks that are loaded later, such as the editor, don't count.
 */
export function budget(most: number): Plugin {
  let folder = "";
  return {
    name: "budget",
    apply: "build",
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      const size = firstPage(folder);
      const text = `first page: ${(size / 1024).toFixed(1)} KiB compressed (at most ${most / 1024} KiB)`;
      if (size > most) {
        throw new Error(text);
      }
      console.log(text);
    },
  };
}

/** Compressed bytes of the page at `/` and of the files that it names. */
export function firstPage(folder: string): number {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1] ?? "");
  return ["index.html", ...named]
    .map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0);
}
