import { vi } from 'vitest'

interface Sent {
  readonly method: string
  readonly path: string
  readonly key: string | null
  readonly body: unknown
}

type Answer = Response | Error

interface FakeAgent {
  readonly id: string
  readonly name: string
  readonly instructions: string
  readonly skills: readonly string[]
}

const skills = [
  { name: 'arithmetic', title: 'Arithmetic', example: 'What is 6 * 7?' },
  { name: 'memory', title: 'Memory', example: 'Remember that the deadline is Friday' },
]

/** The API's contract in memory, in place of `fetch`. A test may put other answers in front. */
export class FakeApi {
  readonly sent: Sent[] = []
  readonly agents: FakeAgent[] = []
  readonly #conversations = new Map<string, { agentId: string; messages: object[] }>()
  readonly #next: { readonly path: RegExp; readonly answers: Answer[] }[] = []

  constructor() {
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => this.#receive(path, init))
  }

  /** The next requests to a path get these instead of what they would. */
  answer(path: RegExp, ...answers: Answer[]): void {
    this.#next.unshift({ path, answers })
  }

  agent(name: string, own: readonly string[] = ['arithmetic', 'memory']): FakeAgent {
    const agent = { id: `agent-${this.agents.length + 1}`, name, instructions: '', skills: own }
    this.agents.push(agent)
    return agent
  }

  #receive(path: string, init: RequestInit): Promise<Response> {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const method = init.method ?? 'GET'
    this.sent.push({ method, path, key: new Headers(init.headers).get('idempotency-key'), body })
    const answer = this.#next.find((next) => next.path.test(path) && next.answers.length > 0)?.answers.shift()
    if (answer instanceof Error) return Promise.reject(answer)
    return Promise.resolve(answer ?? this.#route(`${method} ${path}`, body as Record<string, unknown>))
  }

  #route(request: string, body: Record<string, unknown>): Response {
    if (request === 'GET /api/skills') return json({ items: skills, next: null })
    if (request === 'GET /api/health') return json({ status: 'healthy', message: 'all checks passed', version: '1.2.3' })
    if (request === 'POST /api/agents') return json(this.agent(String(body.name), body.skills as string[]), 201)
    if (request.startsWith('GET /api/agents?')) return this.#page(new URL(request.slice(4), 'http://x').searchParams)
    const [, id = '', what] = /\/api\/(?:agents|conversations)\/([^/?]+)(?:\/(\w+))?/.exec(request) ?? []
    if (what === 'conversations') return this.#talks(request, id)
    if (what === 'messages') return this.#messages(request, id, body)
    const index = this.agents.findIndex((agent) => agent.id === id)
    if (index < 0) return problem(404, `There is no agent with the id "${id}".`)
    if (request.startsWith('DELETE')) {
      this.agents.splice(index, 1)
      return new Response(null, { status: 204 })
    }
    return json(this.agents[index])
  }

  #page(query: URLSearchParams): Response {
    const from = Number(query.get('cursor') ?? 0)
    const limit = Number(query.get('limit'))
    const next = from + limit < this.agents.length ? String(from + limit) : null
    return json({ items: this.agents.slice(from, from + limit), next })
  }

  #talks(request: string, agentId: string): Response {
    if (request.startsWith('POST')) {
      const id = `talk-${this.#conversations.size + 1}`
      this.#conversations.set(id, { agentId, messages: [] })
      return json({ id, title: 'Conversation' }, 201)
    }
    const own = [...this.#conversations].filter(([, talk]) => talk.agentId === agentId)
    return json({ items: own.map(([id]) => ({ id, title: 'Conversation' })), next: null })
  }

  #messages(request: string, id: string, body: Record<string, unknown>): Response {
    const messages = this.#conversations.get(id)?.messages ?? []
    if (request.startsWith('GET')) return json({ items: messages, next: null })
    const text = String(body.text)
    const message = { id: `${id}-${messages.length}`, author: 'person', text, skill: null }
    const reply = { id: `${id}-${messages.length + 1}`, author: 'agent', text: `Echo: ${text}`, skill: 'memory' }
    messages.push(message, reply)
    return json({ message, reply }, 201)
  }
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status })
}

export function problem(status: number, detail: string, fields?: readonly { detail: string }[]): Response {
  const headers = { 'content-type': 'application/problem+json' }
  return new Response(JSON.stringify({ status, detail, errors: fields }), { status, headers })
}
