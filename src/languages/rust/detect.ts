import { posix } from "node:path"
import type { Detected, SourceTree } from "../detected.ts"
import { accepted, healthIn, portIn, type SourceText } from "./detect-sources.ts"
import { type CargoManifest, readManifest } from "./manifest.ts"
import { type BinTarget, binsOf } from "./project.ts"

/**
 * A component for each Cargo.toml with a program that is in no workspace of a directory above, and for each workspace with
 * one. Of several programs, the one that its package is named after; where no file says which one it is, there is none.
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
  if (bins.length === 0) return []
  const chosen = serviceOf(bins, root)
  if (chosen === undefined)
    return [
      {
        ...{ path: directory, because: `${file} has several programs`, settings: [], isChecked: true },
        notBuilt: `no file says which of its programs is the service: ${bins.map(({ name }) => name).join(", ")}`,
      },
    ]
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

/** The program that its manifest names, or that is called like its package; undefined: no file says which. */
function serviceOf(bins: readonly BinTarget[], root: CargoManifest | undefined): BinTarget | undefined {
  const wanted = [root?.defaultRun, root?.name]
  const named = wanted.flatMap((one) => bins.find(({ name }) => name === one) ?? [])
  const own = bins.filter(({ name, package: of }) => name === of)
  const [first] = [...named, ...(own.length === 1 ? own : bins.length === 1 ? bins : [])]
  return first
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
