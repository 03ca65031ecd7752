import { describe, expect, test } from 'vitest'

interface Settings {
  readonly VITE_BASE_URL?: string
}
const settings = import.meta.env as Settings
const base = settings.VITE_BASE_URL ?? 'http://127.0.0.1:8080'

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${base}${path}`, { headers, redirect: 'manual' })
}

async function hashedAssets(): Promise<readonly string[]> {
  const page = await (await get('/')).text()
  return [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
}

const security = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '0',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'",
}

test.each(['/', '/agents/1', '/health', '/api/skills', '/api/none', '/.env', '/assets/none.js', '/icon.svg'])(
  'every security header stands on %s',
  async (path) => {
    const { headers } = await get(path)
    for (const [name, value] of Object.entries(security)) expect([name, headers.get(name)]).toEqual([name, value])
    expect(headers.get('server')).toBe('nginx')
  },
)

describe('caching', () => {
  test('hashed assets stay for a year and are compressed', async () => {
    const assets = await hashedAssets()
    expect(assets.length).toBeGreaterThanOrEqual(2)
    for (const path of assets) {
      const { status, headers } = await get(path, { 'accept-encoding': 'gzip' })
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
      expect([headers.get('content-encoding'), headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding'])
    }
  })

  test.each(['/', '/index.html', '/agents/1', '/icon.svg'])('%s is asked for again', async (path) => {
    expect((await get(path)).headers.get('cache-control')).toBe('no-cache')
  })

  test('a missing asset is 404, not the page, and nobody keeps it', async () => {
    const { status, headers } = await get('/assets/index-gone.js')
    expect([status, headers.get('cache-control')]).toEqual([404, 'no-cache'])
  })

  test('the API sets its own, once', async () => {
    expect((await get('/api/agents')).headers.get('cache-control')).toBe('private, no-cache')
    expect((await get('/api/health')).headers.get('cache-control')).toBe('no-store')
  })
})

test.each(['/agents/1', '/no/such/page'])('%s is the page itself, which knows its routes', async (path) => {
  const response = await get(path)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await response.text()).toContain('<div id="root">')
})

test.each(['/.env', '/.git/config', '/%2egit/config', '/assets/.htaccess', '/api/.env', '/a/b/.ssh/id'])(
  'hidden: %s',
  async (path) => {
    expect((await get(path)).status).toBe(404)
  },
)

test('health is JSON and never cached', async () => {
  const response = await get('/health')
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual({ status: 'healthy', message: 'serving' })
})

describe('the API behind /api/', () => {
  test('a whole conversation', async () => {
    const post = async (path: string, body: object) => {
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      })
      expect(response.status).toBe(201)
      return (await response.json()) as { id: string; reply?: { text: string } }
    }
    const agent = await post('/api/agents', { name: 'e2e', purpose: 'test' })
    const conversation = await post(`/api/agents/${agent.id}/conversations`, {})
    const exchange = await post(`/api/conversations/${conversation.id}/messages`, { text: '6 * 7' })
    expect(exchange.reply?.text).toBe('6 * 7 = 42')
    expect((await fetch(`${base}/api/agents/${agent.id}`, { method: 'DELETE' })).status).toBe(204)
  })

  test('its health is reachable, its metrics and probes are not', async () => {
    expect(await (await get('/api/health')).json()).toMatchObject({ version: expect.any(String) as string })
    expect((await get('/metrics')).headers.get('content-type')).toContain('text/html')
    expect((await get('/health/ready')).headers.get('content-type')).toContain('text/html')
  })

  test('compressed, and still revalidated by its ETag', async () => {
    const { headers } = await get('/api/skills', { 'accept-encoding': 'gzip' })
    expect(headers.get('content-encoding')).toBe('gzip')
    const again = await get('/api/skills', { 'accept-encoding': 'gzip', 'if-none-match': headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
  })

  test('a body of more than 64 KiB is refused', async () => {
    const response = await fetch(`${base}/api/agents`, { method: 'POST', body: 'x'.repeat(70_000) })
    expect(response.status).toBe(413)
  })
})
