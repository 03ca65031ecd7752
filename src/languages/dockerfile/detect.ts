import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { contextOf } from "./context.ts"
import { portIn } from "./detect-port.ts"
import { type Instruction, instructions } from "./instructions.ts"
import { component } from "./schema.ts"
import { mountedSecrets } from "./secrets.ts"

/**
 * A component for each `Dockerfile`. One that copies what only a directory above it has is built from there; where it lies
 * aside (`docker/Dockerfile`), that directory is the component. Another name (`Dockerfile.dev`) is a variant of somebody's:
 * which of them is released, no file says.
 */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const files = tree.paths.filter((path) => posix.basename(path) === "Dockerfile")
  const found = await Promise.all(
    files.map(async (file) => ({ file, ...detectedBy(file, await tree.read(file), tree) })),
  )
  return found.flatMap(({ file, ...one }) => {
    if (!isAside(one)) return [one]
    const others = found.filter((other) => other.file !== file && other.path === one.path)
    if (others.length === 0) return [one]
    // The one beside the sources is their own; another one that is built from the same directory is a variant of it.
    if (others.some((other) => !isAside(other))) return []
    const place = one.path === "." ? "the source root" : one.path
    const notBuilt = `${filesText(others.map((other) => other.file))}: built from ${place}, too, and no file says which one is released`
    return [{ ...one, path: posix.dirname(file), settings: [], notBuilt }]
  })
}

/** Of many variants, each is told with the first two. */
function filesText(files: readonly string[]): string {
  const more = files.length > 2 ? ` and ${files.length - 2} more` : ""
  return `${files.slice(0, 2).join(", ")}${more}`
}

/** It lies beside what it builds. */
const isAside = ({ settings }: Detected): boolean => settings.some(({ setting }) => setting === "dockerfile")

function detectedBy(file: string, text: string, tree: SourceTree): Detected {
  const all = instructions(text)
  const context = contextOf(file, all, tree)
  const because = `there is ${file}`
  if ("lacks" in context) return { path: posix.dirname(file), because, settings: [], notBuilt: context.lacks }
  const { path, directory } = context
  const place = path === "." ? file : posix.relative(path, file)
  const copies = `it copies what lies in ${directory === "." ? "the source root" : directory}`
  return {
    ...{ path, because },
    settings: [
      ...(place === "Dockerfile" ? [] : [{ setting: "dockerfile", value: place, because: copies }]),
      ...(directory === path ? [] : [{ setting: "context", value: directory, because: copies }]),
      ...port(file, all),
      ...health(file, all),
      ...user(file, all),
      ...secrets(file, text),
    ],
  }
}

function port(file: string, all: readonly Instruction[]): readonly Assumed[] {
  const found = portIn(lastStage(all))
  if (found === undefined) return []
  return accepted({ setting: "port", value: found.value, because: `${file}: ${found.because}` })
}

/** The path that its own health check requests. */
function health(file: string, all: readonly Instruction[]): readonly Assumed[] {
  const check = lastStage(all).findLast(({ text }) => /^HEALTHCHECK\s/i.test(text))?.text ?? ""
  const path =
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::[^\s/"']+)?(\/[^\s"'?|;&\],)]*)/.exec(
      check,
    )?.[1]
  return path === undefined
    ? []
    : accepted({ setting: "health", value: path, because: `${file}: HEALTHCHECK` })
}

/** A user by number; a name stands for a number that only the image knows. */
function user(file: string, all: readonly Instruction[]): readonly Assumed[] {
  const last = lastStage(all).findLast(({ text }) => /^USER\s/i.test(text))?.text
  const id = /^USER\s+(\d+)(?::\S+)?$/i.exec(last ?? "")?.[1]
  return id === undefined
    ? []
    : accepted({ setting: "user", value: Number(id), because: `${file}: USER ${id}` })
}

function secrets(file: string, text: string): readonly Assumed[] {
  const ids = mountedSecrets(text)
  return ids.length === 0
    ? []
    : accepted({ setting: "secrets", value: ids, because: `${file}: RUN --mount=type=secret` })
}

/** What the image consists of: the last stage, with those of the same file that it begins with before it. */
function lastStage(all: readonly Instruction[]): readonly Instruction[] {
  const from = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i
  const starts = all.flatMap(({ text }, at) => (from.test(text) ? [at] : []))
  const stages = starts.map((at, index) => all.slice(at, starts[index + 1]))
  const whole = new Map<string, readonly Instruction[]>()
  let last = all
  for (const stage of stages) {
    const [, base = "", name = ""] = from.exec(stage[0]?.text ?? "") ?? []
    last = [...(whole.get(base.toLowerCase()) ?? []), ...stage]
    if (name !== "") whole.set(name.toLowerCase(), last)
  }
  return last
}

/** What a component cannot say (`USER 0`, a health check of another form) is no setting: the default is then told. */
function accepted(one: Assumed): readonly Assumed[] {
  const shape = component.shape[one.setting as keyof typeof component.shape]
  return shape.safeParse(one.value).success ? [one] : []
}
