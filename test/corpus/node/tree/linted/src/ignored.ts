// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const silenced: any = 1

export const told = "// eslint-disable-next-line"

export let never = 1

export let changed = 1

export function change(): void {
  changed += 1
}

export type Wide = {}

export type Narrow = Record<string, never>
