import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { nodeWith, program } from "../../toolbox/index.ts"
import { outDirectory, settle } from "../engine/exec.ts"
import type { AdvisoryDatabase, GateContext, ToolOutcome } from "../gate.ts"
import type { Components } from "./components.ts"
import { type LockFile, withSums } from "./lock-files.ts"
import { resolvedFile, root } from "./read.ts"
import type { ScanRequest } from "./scan/main.ts"
import { osvArguments, settingsFile } from "./tool.ts"

const databases = "/databases"
/** Reports that are read: as many as 3,000 lock files make. */
const mostReports = 10
/** Up to this many files are given one by one: then an edit of another file runs nothing. Each costs the engine a layer. */
const fewFiles = 60

/** Scans lock files, and the lists of packages of components without one. @param ecosystems those that the database has @param paths all files of the tree */
export async function scanLockFiles(
  context: GateContext,
  files: readonly LockFile[],
  resolved: Components["resolved"],
  database: AdvisoryDatabase,
  ecosystems: readonly string[],
  paths: readonly string[],
): Promise<ToolOutcome> {
  const given = [
    ...files.map(({ file, form }) => ({ file, form })),
    ...resolved.map(({ component }) => ({ file: resolvedFile(component), form: "osv-scanner" })),
  ]
  const request: ScanRequest = {
    command: "osvScanner",
    args: osvArguments,
    seconds: context.seconds,
    files: given,
  }
  const container = withPrograms(nodeWith(context.toolbox, ["osvScanner"]).withUser("0"))
    .withEnvVariable("HOME", "/nowhere")
    .withEnvVariable("OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", databases)
    .withNewFile(settingsFile, "")
    .withNewFile("/signalbox/request.json", JSON.stringify(request))
    .withMountedDirectory(`${databases}/osv-scanner`, databaseTree(database, ecosystems))
    .withMountedDirectory(root, withResolved(chosen(context.source, withSums(files, paths)), resolved))
    .withDirectory(outDirectory, dag.directory())
    .withExec(["node", "/signalbox/dependencies/scan/main.ts", "/signalbox/request.json", outDirectory, root])
  const reports = Array.from({ length: mostReports }, (_, at) => [
    `report-${at + 1}.json`,
    `log-${at + 1}.txt`,
  ])
  return settle(container, ["looked.json", ...reports.flat()])
}

function withPrograms(container: Container): Container {
  return container
    .withFile("/signalbox/engine/run-tool.ts", program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/dependencies/scan/main.ts", program("src/gates/dependencies/scan/main.ts"))
}

/** `ECOSYSTEM/all.zip`, as osv-scanner looks for it. */
function databaseTree({ files }: AdvisoryDatabase, ecosystems: readonly string[]): Directory {
  return ecosystems.reduce(
    (tree, name) => tree.withFile(`${name}/all.zip`, files.file(`${name}.zip`)),
    dag.directory(),
  )
}

function chosen(source: Directory, files: readonly string[]): Directory {
  if (files.length > fewFiles) return source
  return files.reduce((some, file) => some.withFile(file, source.file(file)), dag.directory())
}

function withResolved(tree: Directory, resolved: Components["resolved"]): Directory {
  return resolved.reduce((some, { component, packages: { ecosystem, packages } }) => {
    const list = packages.map(({ name, version }) => ({ package: { name, version, ecosystem } }))
    const text = JSON.stringify({ results: [{ packages: list }] })
    return some.withNewFile(resolvedFile(component), text)
  }, tree)
}

/** Names of the ecosystems whose advisories a database has. */
export async function ecosystemsIn({ files }: AdvisoryDatabase): Promise<readonly string[]> {
  const names = await files.entries()
  return names.flatMap((name) => (name.endsWith(".zip") ? [name.slice(0, -".zip".length)] : []))
}
