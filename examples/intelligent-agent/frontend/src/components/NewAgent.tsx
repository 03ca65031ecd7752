import { useActionState } from 'react'
import { createAgent } from '../api/agents.ts'
import type { Agent, Skill } from '../api/types.ts'
import { Notice } from './Notice.tsx'

interface NewAgentProps {
  readonly skills: readonly Skill[]
  readonly onAdded: (agent: Agent) => void
}

export function NewAgent({ skills, onAdded }: NewAgentProps) {
  const [failure, submit, busy] = useActionState(async (_before: string | null, form: FormData) => {
    const name = form.get('name')
    const chosen = skills.map((skill) => skill.name).filter((skill) => form.get(skill) === 'on')
    try {
      onAdded(await createAgent({ name: typeof name === 'string' ? name : '', skills: chosen }))
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }, null)
  return (
    <form className="new-agent" action={submit}>
      <label>
        Name
        <input name="name" required maxLength={80} autoComplete="off" autoFocus />
      </label>
      <fieldset>
        <legend>Skills</legend>
        {skills.map((skill) => (
          <label key={skill.name} className="choice">
            <input type="checkbox" name={skill.name} defaultChecked /> {skill.title}
          </label>
        ))}
      </fieldset>
      {failure !== null && <Notice text={failure} />}
      <button type="submit" className="primary" disabled={busy}>
        Create agent
      </button>
    </form>
  )
}
