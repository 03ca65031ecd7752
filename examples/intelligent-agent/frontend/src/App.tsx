import { listSkills } from './api/agents.ts'
import { AgentList } from './components/AgentList.tsx'
import { AgentPage } from './components/AgentPage.tsx'
import { Link } from './components/Link.tsx'
import { Notice } from './components/Notice.tsx'
import { ServiceStatus } from './components/ServiceStatus.tsx'
import { Welcome } from './components/Welcome.tsx'
import { type Route, useRoute } from './routing.ts'
import { useResource } from './useResource.ts'

export function App() {
  const route = useRoute()
  return (
    <div className={`app app-${route.page}`}>
      <header className="bar">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Intelligent agents
        </Link>
        <ServiceStatus />
      </header>
      <Content route={route} />
    </div>
  )
}

function Content({ route }: { readonly route: Route }) {
  const [skills, reload] = useResource('skills', listSkills)
  if (skills.state === 'failed') return <Notice text={skills.reason} retry={reload} />
  const known = skills.state === 'ready' ? skills.value : []
  const selected = route.page === 'agent' ? route.id : null
  return (
    <div className="columns">
      <AgentList skills={known} selected={selected} />
      <main className="main">
        {route.page === 'home' && <Welcome skills={known} />}
        {route.page === 'agent' && <AgentPage key={route.id} id={route.id} skills={known} />}
        {route.page === 'none' && <Notice text="There is no such page." />}
      </main>
    </div>
  )
}
