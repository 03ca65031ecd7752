import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react()],
  build: {
    // Everything under /assets carries a hash in its name; nginx lets browsers keep it for a year.
    assetsDir: 'assets',
    // An inlined image or font would need `data:` in the Content-Security-Policy.
    assetsInlineLimit: 0,
  },
  // The same routes as behind nginx.
  server: { proxy: { '/api': 'http://127.0.0.1:5000' } },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/main.tsx'],
      reporter: ['text-summary', 'json-summary', 'json'],
    },
  },
})
