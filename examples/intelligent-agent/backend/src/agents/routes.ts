import type { FastifyInstance } from 'fastify'
import { etagOf, requireMatch, sendTagged } from '../http/etag.ts'
import { paginate } from '../http/pagination.ts'
import { parse } from '../http/parse.ts'
import { notFound } from '../http/problem.ts'
import { describeSkills } from '../skills/index.ts'
import type { Agent, Store } from '../store/store.ts'
import { AgentChange, AgentQuery, NewAgent } from './schema.ts'

interface ById {
  Params: { id: string }
}

export function agentRoutes(app: FastifyInstance, store: Store): void {
  app.get('/api/skills', (request, reply) => sendTagged(request, reply, { items: describeSkills() }))

  app.get('/api/agents', (request, reply) => {
    const query = parse(AgentQuery, request.query)
    return sendTagged(request, reply, paginate(store.agents(query.purpose), query))
  })

  app.post('/api/agents', (request, reply) => {
    const agent = store.addAgent(parse(NewAgent, request.body))
    return reply.code(201).header('location', `/api/agents/${agent.id}`).header('etag', etagOf(agent)).send(agent)
  })

  app.get<ById>('/api/agents/:id', (request, reply) => sendTagged(request, reply, find(store, request.params.id)))

  app.patch<ById>('/api/agents/:id', (request, reply) => {
    requireMatch(request, find(store, request.params.id))
    const { name, instructions, skills } = parse(AgentChange, request.body)
    const agent = store.updateAgent(request.params.id, {
      ...(name !== undefined && { name }),
      ...(instructions !== undefined && { instructions }),
      ...(skills !== undefined && { skills }),
    })
    return reply.header('etag', etagOf(agent)).send(agent)
  })

  app.delete<ById>('/api/agents/:id', (request, reply) => {
    if (!store.removeAgent(request.params.id)) throw notFound('agent', request.params.id)
    return reply.code(204).send()
  })
}

function find(store: Store, id: string): Agent {
  const agent = store.agent(id)
  if (agent === undefined) throw notFound('agent', id)
  return agent
}
