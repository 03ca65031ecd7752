/**
 * The line that a person calls, with arguments of the module: they stand before the name of the function, and Dagger
 * does not know them after it.
 * @param args of the module, such as `--git .`
 * @param call the function with its own arguments. Default: whichever it was.
 */
export function callWith(args: string, call = "FUNCTION …"): string {
  const names = args.match(/--[a-z][a-z-]*/g) ?? []
  return `dagger call ${args} ${call} (${names.join(" and ")} before the name of the function)`
}
