import { useState } from 'react'
import { listAgents } from '../api/agents.ts'
import type { Agent, Page, Skill } from '../api/types.ts'
import { agentPath, navigate } from '../routing.ts'
import { useResource } from '../useResource.ts'
import { Link } from './Link.tsx'
import { NewAgent } from './NewAgent.tsx'
import { Notice } from './Notice.tsx'

interface AgentListProps {
  readonly skills: readonly Skill[]
  readonly selected: string | null
}

export function AgentList({ skills, selected }: AgentListProps) {
  const [adding, setAdding] = useState(false)
  // Loaded again when a page is left: an agent may have been removed there.
  const [page, reload, replace] = useResource(`agents of ${selected ?? 'all'}`, (signal) => listAgents(null, signal))

  const added = (agent: Agent) => {
    setAdding(false)
    reload()
    navigate(agentPath(agent.id))
  }
  return (
    <nav className="agents" aria-label="Agents">
      <div className="agents-head">
        <h2>Agents</h2>
        <button type="button" aria-expanded={adding} onClick={() => { setAdding(!adding) }}>
          {adding ? 'Cancel' : 'New agent'}
        </button>
      </div>
      {adding && <NewAgent skills={skills} onAdded={added} />}
      {page.state === 'failed' && <Notice text={page.reason} retry={reload} />}
      {page.state === 'ready' && <Names page={page.value} selected={selected} onMore={replace} />}
    </nav>
  )
}

interface NamesProps {
  readonly page: Page<Agent>
  readonly selected: string | null
  readonly onMore: (page: Page<Agent>) => void
}

function Names({ page, selected, onMore }: NamesProps) {
  const [failure, setFailure] = useState<string | null>(null)
  if (page.items.length === 0) return <p className="quiet">None yet.</p>

  const more = () => {
    listAgents(page.next).then(
      (next) => {
        setFailure(null)
        onMore({ items: [...page.items, ...next.items], next: next.next })
      },
      (error: unknown) => {
        setFailure(error instanceof Error ? error.message : String(error))
      },
    )
  }
  return (
    <>
      <ul>
        {page.items.map((agent) => (
          <li key={agent.id}>
            <Link to={agentPath(agent.id)} current={agent.id === selected}>
              {agent.name}
            </Link>
          </li>
        ))}
      </ul>
      {failure !== null && <Notice text={failure} />}
      {page.next !== null && (
        <button type="button" className="more" onClick={more}>
          Show more
        </button>
      )}
    </>
  )
}
