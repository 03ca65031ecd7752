export const anything: any = 1

export const anyInText = "const anything: any = 1"

export function unused(value: number): number {
  const forgotten = value + 1
  return value
}

export function used(value: number): number {
  const kept = value + 1
  return kept
}

export function old(): number {
  var count = 1
  return count
}

export function current(): number {
  const variable = "var count = 1"
  return variable.length
}
