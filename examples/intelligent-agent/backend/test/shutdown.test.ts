import { EventEmitter } from 'node:events'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Lifecycle } from '../src/operations/lifecycle.ts'
import { testApp } from './app.ts'

interface Answer {
  readonly status: number | undefined
  readonly connection: string | undefined
}

function get(port: number, path: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume()
      response.on('end', () => {
        resolve({ status: response.statusCode, connection: response.headers.connection })
      })
    })
      .on('error', reject)
      .end()
  })
}

class FakeProcess extends EventEmitter {
  readonly codes: number[] = []
  exit(code: number): void {
    this.codes.push(code)
  }
}

async function running(options: { drainMs: number; closeMs: number }) {
  const lifecycle = new Lifecycle(options)
  const app = testApp({ lifecycle })
  // A request that takes its time, as a slow client or a large answer would.
  app.get<{ Params: { ms: string } }>('/slow/:ms', async (incoming) => {
    await sleep(Number(incoming.params.ms))
    return 'done'
  })
  const fake = new FakeProcess()
  lifecycle.onSignals(app, fake)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { app, fake, port }
}

test('while it drains it is not ready, still serves, and asks clients to leave', async () => {
  const { fake, port } = await running({ drainMs: 1000, closeMs: 1000 })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  expect(await get(port, '/health/ready', agent)).toEqual({ status: 200, connection: 'keep-alive' })

  fake.emit('SIGTERM')
  expect(await get(port, '/health/ready', agent)).toEqual({ status: 503, connection: 'close' })
  // Alive, so that nobody kills it early; and whoever still comes is served.
  expect(await get(port, '/health', agent)).toEqual({ status: 200, connection: 'close' })
  expect(await get(port, '/api/agents', agent)).toEqual({ status: 200, connection: 'close' })

  await expect.poll(() => fake.codes, { timeout: 3000 }).toEqual([0])
  await expect(get(port, '/health', agent)).rejects.toThrow('ECONNREFUSED')
})

test('a request that is running when the server closes gets its answer', async () => {
  const { fake, port } = await running({ drainMs: 50, closeMs: 2000 })
  const slow = get(port, '/slow/400', new Agent())
  await sleep(50)
  fake.emit('SIGTERM')
  expect((await slow).status).toBe(200)
  await expect.poll(() => fake.codes, { timeout: 3000 }).toEqual([0])
})

test('a request that takes too long does not keep the process alive', async () => {
  const { fake, port } = await running({ drainMs: 10, closeMs: 50 })
  const slow = get(port, '/slow/3000', new Agent()).catch((error: unknown) => error)
  await sleep(50)
  fake.emit('SIGTERM')
  expect(await slow).toBeInstanceOf(Error)
  await expect.poll(() => fake.codes, { timeout: 3000 }).toEqual([0])
})

test('a second signal ends it at once', async () => {
  const { app, fake } = await running({ drainMs: 5000, closeMs: 50 })
  fake.emit('SIGINT')
  fake.emit('SIGINT')
  expect(fake.codes).toEqual([1])
  await app.close()
})
