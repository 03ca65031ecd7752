import { expect, test } from 'vitest'
import { type Created, type Listed, send, testApp } from './app.ts'

const key = { 'idempotency-key': 'request-0001' }

test('a repeated request acts once and gets the same answer', async () => {
  const app = testApp()
  const first = await send(app, 'POST', '/api/agents', { name: 'Ada' }, key)
  const second = await send(app, 'POST', '/api/agents', { name: 'Ada' }, key)
  expect(second.statusCode).toBe(201)
  expect(second.json<Created>()).toEqual(first.json<Created>())
  expect(second.headers).toMatchObject({ 'idempotency-replayed': 'true', location: first.headers.location })
  expect((await app.inject('/api/agents')).json<Listed<Created>>().items).toHaveLength(1)
})

test('a key belongs to one request', async () => {
  const app = testApp()
  await send(app, 'POST', '/api/agents', { name: 'Ada' }, key)
  expect((await send(app, 'POST', '/api/agents', { name: 'Eve' }, key)).statusCode).toBe(422)
  // The refusal does not cost the first one its answer.
  expect((await send(app, 'POST', '/api/agents', { name: 'Ada' }, key)).statusCode).toBe(201)
})

test('two at once: one acts', async () => {
  const app = testApp()
  const both = await Promise.all([1, 2].map(() => send(app, 'POST', '/api/agents', { name: 'Ada' }, key)))
  expect(both.map((response) => response.statusCode)).toContain(201)
  expect((await app.inject('/api/agents')).json<Listed<Created>>().items).toHaveLength(1)
})

test('a refused request may be mended and sent again', async () => {
  const app = testApp()
  expect((await send(app, 'POST', '/api/agents', { name: '' }, key)).statusCode).toBe(400)
  expect((await send(app, 'POST', '/api/agents', { name: 'Ada' }, key)).statusCode).toBe(201)
})

test('an answer is forgotten after ten minutes', async () => {
  let now = 0
  const app = testApp({ now: () => now })
  await send(app, 'POST', '/api/agents', { name: 'Ada' }, key)
  now = 10 * 60_000
  const late = await send(app, 'POST', '/api/agents', { name: 'Eve' }, key)
  expect([late.statusCode, late.headers['idempotency-replayed']]).toEqual([201, undefined])
})

test('a key that is too short is refused', async () => {
  expect((await send(testApp(), 'POST', '/api/agents', { name: 'Ada' }, { 'idempotency-key': 'x' })).statusCode).toBe(400)
})
