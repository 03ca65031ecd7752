import { defineConfig } from 'vitest/config'

/** Against a running frontend with its backend: `VITE_BASE_URL=http://127.0.0.1:8080 npm run e2e`. */
export default defineConfig({ test: { include: ['e2e/**/*.test.ts'] } })
