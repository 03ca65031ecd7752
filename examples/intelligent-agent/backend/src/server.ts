import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { Lifecycle } from './operations/lifecycle.ts'
import { MemoryStore } from './store/memory-store.ts'

const config = readConfig(process.env)
const lifecycle = new Lifecycle(config)
const app = buildApp({
  version: config.version,
  lifecycle,
  store: new MemoryStore(config),
  logLevel: config.logLevel,
  readOnly: config.readOnly,
  bodyLimit: 64 * 1024,
})

lifecycle.onSignals(app, process)
await app.listen({ host: config.host, port: config.port })
