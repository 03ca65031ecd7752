import { defineConfig } from "@playwright/test"

export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 3_000 },
  use: {
    baseURL: process.env.BASE_URL,
    launchOptions: { executablePath: process.env.BROWSER_PATH },
    screenshot: "only-on-failure",
  },
})
