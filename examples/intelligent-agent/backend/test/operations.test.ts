import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { judge, processVitals } from '../src/operations/health.ts'
import { MemoryStore } from '../src/store/memory-store.ts'
import { createAgent, send, startConversation, testApp } from './app.ts'

test('health tells status, message, uptime and the version that runs', async () => {
  const response = await testApp().inject('/health')
  expect(response.statusCode).toBe(200)
  expect(response.headers['cache-control']).toBe('no-store')
  expect(response.json()).toEqual({
    status: 'healthy',
    message: 'all checks passed',
    uptime_seconds: expect.any(Number) as number,
    version: '1.2.3',
  })
})

test.each([
  ['a slow loop', { lagMs: 400, heapShare: 0.1 }, 200, 'warning', 'lags by 400 ms'],
  ['a filling heap', { lagMs: 0, heapShare: 0.9 }, 200, 'warning', '90 %'],
  ['a full heap', { lagMs: 0, heapShare: 0.99 }, 503, 'unhealthy', '99 %'],
])('%s answers as it should', async (_what, vitals, code, status, message) => {
  const response = await testApp({ vitals: () => vitals }).inject('/health')
  expect(response.statusCode).toBe(code)
  expect(response.json()).toMatchObject({ status, message: expect.stringContaining(message) as string })
})

test('this process is not out of memory', () => {
  const vitals = processVitals()()
  expect(vitals.heapShare).toBeGreaterThan(0)
  expect(judge(vitals).status).not.toBe('unhealthy')
})

test('metrics count requests by route, not by address', async () => {
  const app = testApp()
  const { id } = await createAgent(app)
  await app.inject(`/api/agents/${id}`)
  const conversation = await startConversation(app, id)
  await send(app, 'POST', `/api/conversations/${conversation.id}/messages`, { text: '1 + 1' })
  const metrics = await app.inject('/metrics')
  expect(metrics.headers['content-type']).toContain('text/plain')
  expect(metrics.body).toContain('http_request_duration_seconds_count{method="GET",route="/api/agents/:id",status="200"} 1')
  expect(metrics.body).toContain('agent_replies_total{skill="arithmetic"} 1')
  expect(metrics.body).toContain('app_info{version="1.2.3"} 1')
  expect(metrics.body).toContain('agents_stored 1')
  expect(metrics.body).toContain('process_cpu_seconds_total')
})

test('what goes wrong inside stays inside', async () => {
  class BrokenStore extends MemoryStore {
    override agents(): never {
      throw new Error('disk /dev/secret is gone')
    }
  }
  const response = await testApp({ store: new BrokenStore({ maxAgents: 1, maxMessages: 2 }) }).inject('/api/agents')
  expect(response.statusCode).toBe(500)
  expect(response.body).not.toContain('secret')
})

test('read-only: everything can be read and nothing changed', async () => {
  const app = testApp({ readOnly: true })
  expect((await app.inject('/api/agents')).statusCode).toBe(200)
  expect((await app.inject('/health/ready')).statusCode).toBe(200)
  const refused = await send(app, 'POST', '/api/agents', { name: 'Ada' })
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '60'])
  expect(refused.json<{ type: string }>().type).toContain(':read-only')
})

test('malformed JSON is the fault of the caller', async () => {
  const response = await send(testApp(), 'POST', '/api/agents', '{"name":', { 'content-type': 'application/json' })
  expect(response.statusCode).toBe(400)
})

test('an unknown address is a problem document', async () => {
  const response = await testApp().inject('/api/nothing')
  expect(response.json()).toMatchObject({ status: 404, detail: 'There is nothing at GET /api/nothing.' })
})

test('the configuration has defaults for everything', () => {
  expect(readConfig({})).toEqual({
    version: '0.0.0-unversioned',
    host: '0.0.0.0',
    port: 5000,
    logLevel: 'info',
    drainMs: 5000,
    closeMs: 10_000,
    readOnly: false,
    maxAgents: 10_000,
    maxMessages: 1000,
    testDataTtlMs: 900_000,
  })
  const set = { APP_VERSION: '1.4.0', PORT: '8081', READ_ONLY: 'true' }
  expect(readConfig(set)).toMatchObject({ version: '1.4.0', port: 8081, readOnly: true })
})

test('a wrong setting stops the start and is named', () => {
  expect(() => readConfig({ PORT: 'http', LOG_LEVEL: 'loud' })).toThrow(/PORT: .*; LOG_LEVEL: /)
})
