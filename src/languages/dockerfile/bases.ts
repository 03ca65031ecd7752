import { instructions } from "./instructions.ts"

/** One image that a Dockerfile begins a stage with, or copies from. */
export interface Base {
  /** As written, with the values of its arguments; an argument without a value stays `${NAME}`. */
  readonly image: string
  readonly line: number
  /** Whether it is named by digest: a tag may name another image later. */
  readonly pinned: boolean
}

/**
 * External images that a Dockerfile builds on: those in `FROM` and `COPY --from` that are no stage of its own.
 * @param given build arguments, which override the defaults in the file.
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

/** Replaces `${NAME}`, `$NAME` and `${NAME:-default}` by the values of the arguments. */
function filled(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (whole, braced?: string, otherwise?: string, plain?: string) =>
      args.get(braced ?? plain ?? "") ?? otherwise ?? whole,
  )
}
