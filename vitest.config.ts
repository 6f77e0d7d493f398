import { defineConfig } from "vitest/config";

// Packages resolve to their TypeScript source, so a test never runs a stale build; worker threads and child processes
// run the build that `pretest` has just made. Two files at a time: the suite is sized for two cores.
export default defineConfig({
  ssr: { resolve: { conditions: ["csj-source", "module", "node", "default"] } },
  resolve: { conditions: ["csj-source", "module", "node", "default"] },
  test: {
    include: ["{foundation,measuring,communication,software,apps,testing,tools,bench}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: ["./tools/seed-properties.mjs"],
    reporters: ["default"],
  },
});
