import type { Skill } from './skill.ts'

const told = /^remember(?: that)?\s+(?:my |the )?(.{1,80}?)\s+(?:is|are)\s+(.{1,400}?)[.!]?$/i
const asked = /^(?:what|who|where|when)\s+(?:is|are)\s+(?:my |the )?(.{1,80}?)\s*\?*$/i

/** Keeps what the person asks it to remember, for the length of the conversation. */
export const memory: Skill = {
  title: 'Memory',
  example: 'Remember that the deadline is Friday',
  reply: (text, talk) => {
    const fact = told.exec(text)
    if (fact !== null) return `I will remember that ${fact[1] ?? ''} is ${fact[2] ?? ''}.`
    const question = asked.exec(text)?.[1]?.toLowerCase()
    if (question === undefined) return undefined
    const facts = talk.earlier.map((line) => told.exec(line)).filter((match) => match !== null)
    // The last word counts: a fact may be corrected.
    const known = facts.findLast((match) => match[1]?.toLowerCase() === question)
    return known === undefined ? undefined : `You told me: ${known[1] ?? ''} is ${known[2] ?? ''}.`
  },
}
