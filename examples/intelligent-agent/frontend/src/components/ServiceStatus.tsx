import { useEffect } from 'react'
import { readHealth } from '../api/agents.ts'
import { useResource } from '../useResource.ts'

const everyMs = 30_000

/** Whether the service answers, and which version it runs. */
export function ServiceStatus() {
  const [health, reload] = useResource('health', readHealth)
  useEffect(() => {
    const timer = setInterval(reload, everyMs)
    return () => {
      clearInterval(timer)
    }
  }, [reload])

  if (health.state === 'loading') return <p className="status">Checking…</p>
  if (health.state === 'failed') return <p className="status status-unhealthy">Service unavailable</p>
  const { status, message, version } = health.value
  return (
    <p className={`status status-${status}`} title={message}>
      <span>{status === 'healthy' ? 'Online' : message}</span> <span className="version">{version}</span>
    </p>
  )
}
