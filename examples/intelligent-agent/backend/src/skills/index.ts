import { arithmetic } from './arithmetic.ts'
import { checklist } from './checklist.ts'
import { memory } from './memory.ts'
import type { Skill, Talk } from './skill.ts'
import { summary } from './summary.ts'

/** In the order in which they are asked. */
const skills = { arithmetic, checklist, summary, memory } as const satisfies Record<string, Skill>

export type SkillName = keyof typeof skills

export const skillNames = Object.keys(skills) as [SkillName, ...SkillName[]]

export interface Reply {
  /** The skill that answered; `smalltalk` when none knew what to do. */
  readonly skill: SkillName | 'smalltalk'
  readonly text: string
}

/** The catalogue that a page can show. */
export function describeSkills(): readonly { name: SkillName; title: string; example: string }[] {
  return skillNames.map((name) => ({ name, title: skills[name].title, example: skills[name].example }))
}

/** Answers with the first of the agent's skills that knows what to do. */
export function answer(enabled: readonly SkillName[], text: string, talk: Talk): Reply {
  for (const name of skillNames) {
    const reply = enabled.includes(name) ? skills[name].reply(text.trim(), talk) : undefined
    if (reply !== undefined) return { skill: name, text: reply }
  }
  const examples = skillNames.filter((name) => enabled.includes(name)).map((name) => `“${skills[name].example}”`)
  const hint = examples.length > 0 ? `Try ${examples.join(' or ')}.` : 'I have no skills yet.'
  return { skill: 'smalltalk', text: `I am not sure what to do with that. ${hint}` }
}
