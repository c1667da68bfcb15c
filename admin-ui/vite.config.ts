import { defineConfig } from "vitest/config";
import { budget, compressed } from "./build/assets.ts";
import { causes } from "./build/causes.ts";

// SLUICE_ADMIN: where a gateway's admin listener is, for `npm run dev`.
const admin = process.env.SLUICE_ADMIN ?? "http://127.0.0.1:9900";

export default defineConfig({
  base: "./",
  plugins: [causes(), compressed(), budget(96 * 1024)],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "target/dashboard",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": admin, "/metrics": admin, "/readyz": admin } },
  test: { include: ["test/**/*.test.{ts,tsx}"], environment: "node" },
});
