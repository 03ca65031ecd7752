import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { type Instruction, instructions } from "./instructions.ts"
import { component } from "./schema.ts"
import { mountedSecrets } from "./secrets.ts"

/** Directories that hold what an image is made by, and not what it is made of. */
const aside = /(?:^|\/)(?:docker|dockerfiles?|build|deploy|deployment|deployments|ci|package|packaging)$/

/**
 * A component for each `Dockerfile`. One that lies aside, and copies what the directory above it has, is built from there.
 * Another name (`Dockerfile.dev`) is a variant of somebody's: which of them is released, no file says.
 */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const files = tree.paths.filter((path) => posix.basename(path) === "Dockerfile")
  const found = await Promise.all(files.map(async (file) => detectedBy(file, await tree.read(file), tree)))
  // The one beside the sources is their own; another one that is built from the same directory is a variant of it.
  return found.filter(
    (one) =>
      !one.settings.some(({ setting }) => setting === "dockerfile") ||
      !found.some((other) => other !== one && other.path === one.path),
  )
}

function detectedBy(file: string, text: string, tree: SourceTree): Detected {
  const all = instructions(text)
  const path = contextOf(file, all, tree)
  const place = path === "." ? file : posix.relative(path, file)
  return {
    path,
    because: `there is ${file}`,
    settings: [
      ...(place === "Dockerfile"
        ? []
        : [
            {
              setting: "dockerfile",
              value: place,
              because: `it copies what lies in ${path === "." ? "the source root" : path}`,
            },
          ]),
      ...port(file, all),
      ...health(file, all),
      ...user(file, all),
      ...secrets(file, text),
    ],
  }
}

/** The directory that it is built from: its own, unless only the one above has what it copies. */
function contextOf(file: string, all: readonly Instruction[], tree: SourceTree): string {
  const own = posix.dirname(file)
  const copied = all.flatMap(copiedPaths)
  const isThere = (directory: string) => {
    const below = directory === "." ? "" : `${directory}/`
    return copied.every((path) =>
      tree.paths.some((one) => one === below + path || one.startsWith(`${below}${path}/`)),
    )
  }
  if (own === "." || !aside.test(own) || isThere(own)) return own
  return [posix.dirname(own), "."].find(isThere) ?? own
}

/** Plain paths that COPY and ADD take from the context. */
function copiedPaths({ text }: Instruction): readonly string[] {
  const [word = "", ...rest] = text.split(/\s+/)
  if (!/^(?:COPY|ADD)$/i.test(word) || rest.some((one) => one.startsWith("--from="))) return []
  const paths = rest.filter((one) => !one.startsWith("--")).slice(0, -1)
  return paths
    .filter((path) => !/[*?[\]$"<:]/.test(path))
    .map((path) => posix.normalize(path).replace(/^\/+|\/+$/g, ""))
    .filter((path) => path !== "" && path !== "." && !path.startsWith(".."))
}

/** The port, where the last stage exposes one and no other. */
function port(file: string, all: readonly Instruction[]): readonly Assumed[] {
  const exposed = lastStage(all).flatMap(({ text }) =>
    /^EXPOSE\s/i.test(text)
      ? [...text.matchAll(/\s(\d{1,5})(?:\/tcp)?(?=\s|$)/gi)].map(([, one]) => Number(one))
      : [],
  )
  const [only, other] = [...new Set(exposed)]
  if (only === undefined || other !== undefined) return []
  return accepted({ setting: "port", value: only, because: `${file}: EXPOSE ${only}` })
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

function lastStage(all: readonly Instruction[]): readonly Instruction[] {
  return all.slice(all.findLastIndex(({ text }) => /^FROM\s/i.test(text)))
}

/** What a component cannot say (`USER 0`, a health check of another form) is no setting: the default is then told. */
function accepted(one: Assumed): readonly Assumed[] {
  const shape = component.shape[one.setting as keyof typeof component.shape]
  return shape.safeParse(one.value).success ? [one] : []
}
