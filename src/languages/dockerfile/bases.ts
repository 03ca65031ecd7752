import { instructions } from "./instructions.ts"

/** One image that a Dockerfile begins a stage with, or copies from. */
export interface Base {
  /** As it is written, with the defaults of its arguments; an argument without one stays `${NAME}`. */
  readonly image: string
  readonly line: number
  /** Whether it is named by digest: by a name alone it is another image tomorrow. */
  readonly pinned: boolean
}

/**
 * Images of others that a Dockerfile builds on: `FROM` and `COPY --from` that name no stage of its own.
 * @param given build arguments, which win over the defaults in the file.
 */
export function basesOf(dockerfile: string, given: Readonly<Record<string, string>> = {}): readonly Base[] {
  const args = new Map<string, string>()
  const stages = new Set<string>()
  const bases: Base[] = []
  let began = false
  const add = (reference: string, line: number) => {
    const image = filled(reference, args)
    if (image === "scratch" || stages.has(image.toLowerCase()) || /^\d+$/.test(image)) return
    bases.push({ image, line, pinned: /@sha256:[0-9a-f]{64}$/.test(image) })
  }
  for (const { text, line } of instructions(dockerfile)) {
    const [, keyword = "", rest = ""] = /^(\w+)\s+(.*)$/s.exec(text) ?? []
    switch (keyword.toUpperCase()) {
      case "ARG": {
        const [, name = "", own] = /^(\w+)(?:=(.*))?$/s.exec(rest.trim()) ?? []
        const value = Object.hasOwn(given, name) ? given[name] : own
        // Only arguments before the first stage count in FROM.
        if (name !== "" && value !== undefined && !began) args.set(name, value.replaceAll(/^["']|["']$/g, ""))
        break
      }
      case "FROM": {
        began = true
        const words = rest.split(/\s+/).filter((word) => !word.startsWith("--"))
        add(words[0] ?? "", line)
        if (words[1]?.toUpperCase() === "AS" && words[2] !== undefined) stages.add(words[2].toLowerCase())
        break
      }
      case "COPY":
      case "ADD": {
        const from = /(?:^|\s)--from=(\S+)/.exec(rest)?.[1]
        if (from !== undefined) add(from, line)
        break
      }
      case "RUN":
        for (const [, from] of rest.matchAll(/--mount=\S*\bfrom=([^,\s]+)/g)) add(from ?? "", line)
        break
    }
  }
  return bases
}

/** `${NAME}`, `$NAME` and `${NAME:-default}` by the arguments that are known. */
function filled(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (whole, braced?: string, otherwise?: string, plain?: string) =>
      args.get(braced ?? plain ?? "") ?? otherwise ?? whole,
  )
}
