import { z } from 'zod'
import { PageQuery } from '../http/pagination.ts'
import { skillNames } from '../skills/index.ts'

const name = z.string().trim().min(1).max(80)
const instructions = z.string().trim().max(2000)
const skills = z.array(z.enum(skillNames)).max(skillNames.length)

export const NewAgent = z.strictObject({
  name,
  instructions: instructions.default(''),
  /** All of them unless said otherwise. */
  skills: skills.default([...skillNames]),
  /** `test` marks what a check made and will remove; the page does not show it. */
  purpose: z.enum(['user', 'test']).default('user'),
})

export const AgentChange = z
  .strictObject({ name, instructions, skills })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Nothing to change.')

export const AgentQuery = PageQuery.extend({ purpose: z.enum(['user', 'test']).optional() })
