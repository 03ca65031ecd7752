import { z } from 'zod'
import { Problem } from './problem.ts'

export const PageQuery = z.object({
  /** Items per page; 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(200).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Pass it as `cursor` for the next page; null at the end. */
  readonly next: string | null
}

interface Numbered {
  readonly sequence: number
}

/**
 * Cuts one page out of a list in order of `sequence`. The cursor holds the last sequence number seen, so that
 * items that are added or removed meanwhile neither repeat nor hide others.
 */
export function paginate<Item extends Numbered>(all: readonly Item[], query: PageQuery): Page<Item> {
  const after = query.cursor === undefined ? -1 : decode(query.cursor)
  const rest = all.filter((item) => item.sequence > after)
  const items = rest.slice(0, query.limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && rest.length > items.length ? encode(last.sequence) : null }
}

function encode(sequence: number): string {
  return Buffer.from(`s:${sequence}`).toString('base64url')
}

function decode(cursor: string): number {
  const match = /^s:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (match === null) throw new Problem(400, 'bad-cursor', 'The cursor was not made by this API.')
  return Number(match[1])
}
