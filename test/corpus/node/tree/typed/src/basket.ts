export interface Item {
  readonly name: string
  readonly cents: number
}

export const wrongType: number = "12"

export const rightType = Number("12")

export function total(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.price, 0)
}

export function sum(items: readonly Item[]): number {
  return items.reduce((all, { cents }) => all + cents, 0)
}

export function first(items: readonly Item[]): Item {
  return items.find(({ name }) => name !== "")
}

export function firstOrNone(items: readonly Item[]): Item | undefined {
  return items.find(({ name }) => name !== "")
}
