import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../operations/metrics.ts'
import { sendTagged } from '../http/etag.ts'
import { PageQuery, paginate } from '../http/pagination.ts'
import { parse } from '../http/parse.ts'
import { notFound } from '../http/problem.ts'
import { answer } from '../skills/index.ts'
import type { Conversation, Message, Store } from '../store/store.ts'
import { NewConversation, NewMessage } from './schema.ts'

interface ById {
  Params: { id: string }
}

export function conversationRoutes(app: FastifyInstance, store: Store, metrics: Metrics): void {
  app.get<ById>('/api/agents/:id/conversations', (request, reply) => {
    requireAgent(store, request.params.id)
    const query = parse(PageQuery, request.query)
    return sendTagged(request, reply, paginate(store.conversationsOf(request.params.id), query))
  })

  app.post<ById>('/api/agents/:id/conversations', (request, reply) => {
    requireAgent(store, request.params.id)
    const conversation = store.addConversation({
      agentId: request.params.id,
      ...parse(NewConversation, request.body),
    })
    return reply.code(201).header('location', `/api/conversations/${conversation.id}`).send(conversation)
  })

  app.get<ById>('/api/conversations/:id', (request, reply) =>
    sendTagged(request, reply, find(store, request.params.id)),
  )

  app.get<ById>('/api/conversations/:id/messages', (request, reply) => {
    const conversation = find(store, request.params.id)
    const query = parse(PageQuery, request.query)
    return sendTagged(request, reply, paginate(store.messagesOf(conversation.id), query))
  })

  app.post<ById>('/api/conversations/:id/messages', (request, reply) => {
    const conversation = find(store, request.params.id)
    const { text } = parse(NewMessage, request.body)
    const [message, response] = converse(store, conversation, text)
    metrics.replied(response?.skill ?? 'smalltalk')
    return reply.code(201).send({ message, reply: response })
  })
}

/** Adds what the person said and what the agent answers to it, in this order. */
function converse(store: Store, conversation: Conversation, text: string): readonly Message[] {
  const skills = requireAgent(store, conversation.agentId).skills
  const earlier = store
    .messagesOf(conversation.id)
    .filter((message) => message.author === 'person')
    .map((message) => message.text)
  const reply = answer(skills, text, { earlier })
  const conversationId = conversation.id
  return store.addMessages([
    { conversationId, author: 'person', text, skill: null },
    { conversationId, author: 'agent', text: reply.text, skill: reply.skill },
  ])
}

function requireAgent(store: Store, id: string) {
  const agent = store.agent(id)
  if (agent === undefined) throw notFound('agent', id)
  return agent
}

function find(store: Store, id: string): Conversation {
  const conversation = store.conversation(id)
  if (conversation === undefined) throw notFound('conversation', id)
  return conversation
}
