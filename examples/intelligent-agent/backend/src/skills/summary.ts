import type { Skill } from './skill.ts'

const everyday = new Set(
  'a an and are as at be been but by for from had has have he her his i in is it its not of on or our she so that the their them they this to was we were what which who will with you your'.split(
    ' ',
  ),
)

/** Length, and the words that a text is about. */
export const summary: Skill = {
  title: 'Summary',
  example: 'Summarise: the release went out, the release was checked, and nobody noticed the release',
  reply: (text) => {
    const body = /^summari[sz]e\s*:?\s+(.+)$/is.exec(text)?.[1]
    if (body === undefined) return undefined
    const words = body.toLowerCase().match(/\p{L}[\p{L}'-]*/gu) ?? []
    const sentences = body.split(/[.!?]+(?:\s|$)/).filter((sentence) => sentence.trim() !== '').length
    const topics = topWords(words, 3)
    const about = topics.length > 0 ? ` It is mostly about ${topics.join(', ')}.` : ''
    return `${count(words.length, 'word')} in ${count(sentences, 'sentence')}.${about}`
  },
}

function topWords(words: readonly string[], limit: number): readonly string[] {
  const counts = new Map<string, number>()
  for (const word of words) {
    if (!everyday.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, limit)
    .map(([word]) => word)
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
