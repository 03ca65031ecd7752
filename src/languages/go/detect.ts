import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { filesIn, isMain } from "./buildable.ts"
import { ownGoFiles } from "./inputs.ts"
import { type ModuleFile, readModuleFile } from "./module-file.ts"
import { component } from "./schema.ts"

interface Candidate {
  /** Directory of the main package, relative to the component. */
  readonly main: string
  /** Its files, relative to the source root, with their text. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

/**
 * A component for each workspace, and each module that is in none, which has a main package. Of several, the one that is
 * named like the module or is a server; the others are told.
 */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const manifests = tree.paths.filter((path) => /(?:^|\/)go\.(?:mod|work)$/.test(path))
  const read = new Map<string, ModuleFile>()
  for (const path of manifests) read.set(path, readModuleFile(await tree.read(path), path))
  const used = new Set(
    [...read].flatMap(([path, { used: all }]) =>
      all.map(({ directory }) => posix.join(posix.dirname(path), directory).replace(/\/$/, "")),
    ),
  )
  const found = await Promise.all(
    [...read].map(async ([path, file]) => {
      const directory = posix.dirname(path)
      const isWorkspace = path.endsWith("go.work")
      if (!isWorkspace && (used.has(directory) || read.has(posix.join(directory, "go.work")))) return []
      const nested = [...read.keys()]
        .map((one) => posix.dirname(one))
        .filter((one) => one !== directory && isBelow(one, directory) && !(isWorkspace && used.has(one)))
      return detectedIn(tree, directory, { place: path, module: file.module, nested })
    }),
  )
  return found.flat()
}

const isBelow = (path: string, directory: string): boolean =>
  directory === "." || path.startsWith(`${directory}/`)

async function detectedIn(
  tree: SourceTree,
  directory: string,
  about: { readonly place: string; readonly module: string; readonly nested: readonly string[] },
): Promise<readonly Detected[]> {
  const own = ownGoFiles(tree.paths).filter(
    (path) => isBelow(path, directory) && !about.nested.some((one) => isBelow(path, one)),
  )
  const candidates: Candidate[] = []
  for (const place of [...new Set(own.map((path) => posix.dirname(path)))].sort()) {
    const files = await Promise.all(
      filesIn(own, place).map(async (path) => ({ path, text: await tree.read(path) })),
    )
    const mains = files.filter(({ text }) => isMain(text))
    if (mains.length > 0) candidates.push({ main: posix.relative(directory, place) || ".", files: mains })
  }
  const chosen = chosenOf(candidates, about.module)
  if (chosen === undefined) return []
  const others = candidates.filter((one) => one !== chosen).map(({ main }) => main)
  const [first] = chosen.files
  const told = others.length === 0 ? "" : `, and no component: ${others.join(", ")}`
  return [
    {
      path: directory,
      because: `${about.place}, and ${first?.path ?? chosen.main} is a main package${told}`,
      settings: [
        ...(chosen.main === "."
          ? []
          : accepted({
              setting: "main",
              value: `./${chosen.main}`,
              because: `${first?.path ?? chosen.main}: package main`,
            })),
        ...portOf(chosen),
        ...healthOf(chosen),
      ],
    },
  ]
}

const serves = /\b(?:ListenAndServe(?:TLS)?|net\.Listen|grpc\.NewServer)\(|\bhttp\.Server\{|\.Listen\(/

function chosenOf(candidates: readonly Candidate[], module: string): Candidate | undefined {
  const base = posix.basename(module.replace(/\/v\d+$/, ""))
  const [only, second] = candidates
  if (second === undefined) return only
  const serving = candidates.filter(({ files }) => files.some(({ text }) => serves.test(text)))
  const [server, other] = serving
  if (server !== undefined && other === undefined) return server
  const among = serving.length > 0 ? serving : candidates
  return (
    among.find(({ main }) => main === ".") ??
    among.find(({ main }) => base !== "" && posix.basename(main) === base) ??
    among.find(({ main }) => /(?:^|\/)(?:server|api|web|service)$/.test(main)) ??
    among[0]
  )
}

/** The port that it listens on, where the code names one and no other. */
function portOf({ files }: Candidate): readonly Assumed[] {
  const found = files.flatMap(({ path, text }) =>
    [...text.matchAll(/"(?:0\.0\.0\.0|\[::\])?:(\d{2,5})"/g)].map(([, port]) => ({
      path,
      port: Number(port),
    })),
  )
  const [first, ...others] = found
  if (first === undefined || others.some(({ port }) => port !== first.port)) return []
  return accepted({ setting: "port", value: first.port, because: `${first.path}: ":${first.port}"` })
}

function healthOf({ files }: Candidate): readonly Assumed[] {
  for (const { path, text } of files) {
    const route = /"(?:GET )?(\/(?:[\w-]+\/)*(?:healthz?|livez|readyz|ready|live|ping|status))"/.exec(
      text,
    )?.[1]
    if (route !== undefined)
      return accepted({ setting: "health", value: route, because: `${path}: ${route}` })
  }
  return []
}

/** What a component cannot say is no setting: the default is then told. */
function accepted(one: Assumed): readonly Assumed[] {
  const shape = component.shape[one.setting as keyof typeof component.shape]
  return shape.safeParse(one.value).success ? [one] : []
}
