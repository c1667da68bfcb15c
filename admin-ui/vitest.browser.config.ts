import { defineConfig } from "vitest/config";

// In a real browser against a gateway that runs: see browser/rig.ts.
export default defineConfig({
  test: {
    include: [process.env.SHOTS ? "browser/shots.ts" : "browser/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    sequence: { concurrent: false },
  },
});
