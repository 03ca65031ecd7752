import { defineConfig } from "vitest/config"
import { tiers } from "./test/runner/tiers.ts"

export default defineConfig({
  test: {
    projects: tiers.map(({ id, parallel, timeout }) => ({
      test: {
        name: id,
        include: [`test/${id}/**/*.test.ts`],
        exclude: ["**/node_modules/**", "**/fixtures/**"],
        testTimeout: timeout,
        hookTimeout: timeout,
        // Unit tests share their worker's modules: loading them for each file anew takes longer than the tests.
        ...(parallel === "all" ? { isolate: false } : { maxWorkers: parallel }),
      },
    })),
  },
})
