import type { Skill } from './skill.ts'

/** Works out `2 + 3 * (4 - 1)`; the grammar is sums of products of signed numbers and brackets. */
export const arithmetic: Skill = {
  title: 'Arithmetic',
  example: 'What is 12 * (3 + 4)?',
  reply: (text) => {
    const expression = text.replace(/^(?:what is|how much is|calculate|compute)\s/i, '').replace(/[\s=?]+$/, '')
    if (!/^[\d\s.+\-*/()]+$/.test(expression) || !/\d\s*[-+*/]/.test(expression)) return undefined
    const value = evaluate(expression)
    if (value === undefined) return 'I cannot read that as a calculation.'
    if (!Number.isFinite(value)) return 'That divides by zero.'
    return `${expression.trim()} = ${Number(value.toPrecision(12))}`
  },
}

/** The value, or undefined when the text is no whole expression. */
export function evaluate(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?|[-+*/()]|\S/g) ?? []
  let position = 0

  const sum = (): number => {
    let value = product()
    while (tokens[position] === '+' || tokens[position] === '-') {
      value = tokens[position++] === '+' ? value + product() : value - product()
    }
    return value
  }
  const product = (): number => {
    let value = factor()
    while (tokens[position] === '*' || tokens[position] === '/') {
      value = tokens[position++] === '*' ? value * factor() : value / factor()
    }
    return value
  }
  const factor = (): number => {
    const token = tokens[position++]
    if (token === '-') return -factor()
    if (token === '(') {
      const value = sum()
      return tokens[position++] === ')' ? value : Number.NaN
    }
    return token === undefined ? Number.NaN : Number(token)
  }

  const value = sum()
  return position === tokens.length && !Number.isNaN(value) ? value : undefined
}
