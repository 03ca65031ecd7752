import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { Lifecycle } from './operations/lifecycle.ts'
import { MemoryStore } from './store/memory-store.ts'

const config = readConfig(process.env)
const lifecycle = new Lifecycle({ drainMs: config.drainMs, closeMs: config.closeMs })
const app = buildApp({
  version: config.version,
  lifecycle,
  store: new MemoryStore({ maxAgents: config.maxAgents, maxMessages: config.maxMessages }),
  logLevel: config.logLevel,
  bodyLimit: 64 * 1024,
})

lifecycle.onSignals(app, process)
await app.listen({ host: config.host, port: config.port })
