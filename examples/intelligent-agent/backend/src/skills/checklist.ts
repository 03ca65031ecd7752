import type { Skill } from './skill.ts'

/** Turns "plan: a, b and c" into numbered steps. */
export const checklist: Skill = {
  title: 'Checklist',
  example: 'Plan: write the tests, review them and ship',
  reply: (text) => {
    const list = /^(?:plan|steps|todo|to do)\s*:\s*(.+)$/is.exec(text)?.[1]
    if (list === undefined) return undefined
    const steps = list
      .split(/[,;\n]|\band then\b|\band\b|\bthen\b/i)
      .map((step) => step.trim().replace(/[.!]$/, ''))
      .filter((step) => step !== '')
    if (steps.length === 0) return undefined
    return steps.map((step, index) => `${index + 1}. ${step.charAt(0).toUpperCase()}${step.slice(1)}`).join('\n')
  },
}
