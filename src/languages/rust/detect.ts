import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { type CargoManifest, readManifest } from "./manifest.ts"
import { binsOf } from "./project.ts"
import { component } from "./schema.ts"

/**
 * A component for each Cargo.toml with a program that is in no workspace of a directory above, and for each workspace with
 * one. Of several programs, the one that its package is named after.
 */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const files = tree.paths.filter(
    (path) => posix.basename(path) === "Cargo.toml" && !/(?:^|\/)target\//.test(path),
  )
  const all = await Promise.all(
    files.map(async (file) => ({ file, manifest: readManifest(await tree.read(file), file, file) })),
  )
  const workspaces = all.filter(({ manifest }) => manifest.isWorkspace).map(({ file }) => posix.dirname(file))
  const roots = all.filter(({ file }) => {
    const directory = posix.dirname(file)
    return !workspaces.some((one) => one !== directory && isBelow(directory, one))
  })
  const found = await Promise.all(
    roots.map(({ file, manifest }) => {
      const directory = posix.dirname(file)
      const own = manifest.isWorkspace
        ? all.filter((one) => isBelow(posix.dirname(one.file), directory))
        : [{ file, manifest }]
      return detectedIn(tree, directory, { file, manifests: own.map((one) => one.manifest) })
    }),
  )
  return found.flat()
}

const isBelow = (path: string, directory: string): boolean =>
  directory === "." || path === directory || path.startsWith(`${directory}/`)

async function detectedIn(
  tree: SourceTree,
  directory: string,
  { file, manifests }: { readonly file: string; readonly manifests: readonly CargoManifest[] },
): Promise<readonly Detected[]> {
  const bins = binsOf({ manifests, paths: tree.paths })
  const root = manifests.find((one) => one.file === file)
  const chosen =
    bins.find(({ name }) => name === root?.defaultRun) ??
    bins.find(({ name }) => name === root?.name) ??
    bins.find(({ name, package: of }) => name === of) ??
    bins[0]
  if (chosen === undefined) return []
  const lock = posix.join(directory, "Cargo.lock")
  if (!tree.paths.includes(lock))
    return [
      {
        path: directory,
        because: `${file} has the program ${chosen.name}`,
        settings: [],
        notBuilt: `there is no ${lock}: a program is made of exactly what it names`,
      },
    ]
  const others = bins.filter((one) => one !== chosen).map(({ name }) => name)
  const told = others.length === 0 ? "" : `, and no component: ${others.join(", ")}`
  const sources = await programTexts(tree, manifests, chosen.package)
  return [
    {
      path: directory,
      because: `${file} has the program ${chosen.name}${told}`,
      settings: [
        ...(others.length === 0
          ? []
          : accepted({ setting: "bin", value: chosen.name, because: `${file}: the program ${chosen.name}` })),
        ...portIn(sources),
        ...healthIn(sources),
      ],
    },
  ]
}

interface SourceText {
  readonly path: string
  readonly text: string
}

async function programTexts(
  tree: SourceTree,
  manifests: readonly CargoManifest[],
  of: string,
): Promise<readonly SourceText[]> {
  const own = manifests.find(({ name }) => name === of)
  if (own === undefined) return []
  const directory = posix.join(posix.dirname(own.file), "src")
  const paths = tree.paths.filter((path) => path.startsWith(`${directory}/`) && path.endsWith(".rs"))
  return Promise.all(paths.map(async (path) => ({ path, text: await tree.read(path) })))
}

/** The port that it listens on, where the code names one and no other. */
function portIn(sources: readonly SourceText[]): readonly Assumed[] {
  const found = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/"(?:0\.0\.0\.0|\[::\]):(\d{2,5})"|\(\[0, 0, 0, 0\], (\d{2,5})\)/g)].map(
      ([, a, b]) => ({
        path,
        port: Number(a ?? b),
      }),
    ),
  )
  const [first, ...others] = found
  if (first === undefined || others.some(({ port }) => port !== first.port)) return []
  return accepted({ setting: "port", value: first.port, because: `${first.path}: ${first.port}` })
}

function healthIn(sources: readonly SourceText[]): readonly Assumed[] {
  for (const { path, text } of sources) {
    const route = /"(\/(?:[\w-]+\/)*(?:healthz?|livez|readyz|ready|live|ping|status))"/.exec(text)?.[1]
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
