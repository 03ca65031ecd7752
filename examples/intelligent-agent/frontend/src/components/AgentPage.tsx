import { useState } from 'react'
import { readAgent, readTalk, removeAgent } from '../api/agents.ts'
import type { Agent, Skill } from '../api/types.ts'
import { navigate } from '../routing.ts'
import { useResource } from '../useResource.ts'
import { Notice } from './Notice.tsx'
import { Talk } from './Talk.tsx'

interface AgentPageProps {
  readonly id: string
  readonly skills: readonly Skill[]
}

export function AgentPage({ id, skills }: AgentPageProps) {
  const [page, reload] = useResource(id, async (signal) => {
    const [agent, talk] = await Promise.all([readAgent(id, signal), readTalk(id, signal)])
    return { agent, talk }
  })
  if (page.state === 'loading') return <p className="quiet">Loading…</p>
  if (page.state === 'failed') {
    return page.status === 404 ? <Notice text="This agent is gone." /> : <Notice text={page.reason} retry={reload} />
  }
  const { agent, talk } = page.value
  const own = skills.filter((skill) => agent.skills.includes(skill.name))
  return (
    <>
      <Head agent={agent} skills={own} />
      <Talk
        agent={agent}
        examples={own.map((skill) => skill.example)}
        start={talk?.messages ?? []}
        conversationId={talk?.conversation.id ?? null}
      />
    </>
  )
}

function Head({ agent, skills }: { readonly agent: Agent; readonly skills: readonly Skill[] }) {
  const [failure, setFailure] = useState<string | null>(null)
  const remove = () => {
    removeAgent(agent.id).then(
      () => {
        navigate('/')
      },
      (error: unknown) => {
        setFailure(error instanceof Error ? error.message : String(error))
      },
    )
  }
  return (
    <div className="agent-head">
      <div>
        <h1>{agent.name}</h1>
        <p className="quiet">{skills.map((skill) => skill.title).join(' · ') || 'No skills'}</p>
      </div>
      <button type="button" className="danger" onClick={remove}>
        Remove
      </button>
      {failure !== null && <Notice text={failure} />}
    </div>
  )
}
