export function nearest(seen: string, names: readonly string[]): string | undefined
