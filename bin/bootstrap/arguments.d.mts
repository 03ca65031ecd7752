export const commandNames: readonly string[]
/** What is wrong with a command line, in one line; undefined where nothing is. */
export function misuse(command: string, args: readonly string[]): string | undefined
