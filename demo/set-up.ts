import { execFile } from "node:child_process"
import { readFile, writeFile } from "node:fs/promises"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import {
  adminKubeconfig,
  kubeBinaries,
  mainInstance,
  namespaceKubeconfig,
} from "../toolchain/cluster/index.ts"
import { clusterUp } from "../toolchain/commands/cluster.ts"
import { imagesOnDemand } from "../toolchain/commands/on-demand.ts"
import { engineStatus } from "../toolchain/engine/index.ts"
import { network } from "../toolchain/network.ts"
import { paths } from "../toolchain/paths.ts"
import { runCommand } from "./commands.ts"
import { demoEnvironment } from "./environment-of.ts"
import type { Example } from "./examples.ts"
import { applyFixture } from "./fixture.ts"
import { type Keys, makeKeys } from "./keys.ts"
import type { Progress } from "./progress.ts"
import { engineWatch, longestCommandMs, type World } from "./stage.ts"
import { untilGone } from "./watch.ts"
import { Workspace } from "./workspace.ts"

const run = promisify(execFile)
/** Starts the engine, registry and cluster where they do not run yet, and removes what an earlier demo deployed. */
export async function setUp(root: string, out: string, example: Example, progress: Progress): Promise<World> {
  progress.note("Setting up: engine, registry, tools and a Kubernetes of host processes")
  const { environment, outputs } = await clusterUp()
  if (outputs === undefined) throw new Error("the demo needs the toolchain's own engine and cluster")
  const kubectl = join(outputs.output(kubeBinaries.id), "kubectl")
  if (example.images.length > 0) await imagesOnDemand(example.images)
  const project = example.directory === null ? root : join(root, example.directory)
  const kubeconfigs: Record<string, { file: string; namespace: string }> = {}
  const secrets: Record<string, string> = {}
  await Promise.all(Object.values(example.namespaces).map((namespace) => emptyNamespace(kubectl, namespace)))
  for (const [name, namespace] of Object.entries(example.namespaces)) {
    const file = await namespaceKubeconfig(mainInstance, namespace)
    kubeconfigs[name] = { file, namespace }
    secrets[`KUBECONFIG_${name.toUpperCase()}`] = (await readFile(file)).toString("base64")
    await applyFixture(example, project, paths.toolbox, { kubectl, kubeconfig: file, namespace })
  }
  // A new registry path for every run, so that releases of earlier demos do not exist in it.
  const prefix = `${network.applicationImages.slice(network.registry.length + 1)}/demo-${Date.now().toString(36)}`
  const workspace = new Workspace(join(paths.cache, "demo", example.name))
  await workspace.create({
    project,
    toolbox: await toolbox(`${network.registry}/${prefix}`),
    environments: await environmentsOf(root, example),
  })
  const dagger = environment._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger"
  const PATH = [dirname(dagger), process.env.PATH].join(delimiter)
  const env = { ...process.env, ...environment, ...secrets, PATH, NO_COLOR: "1" }
  progress.note("Making a pair of keys; the policy lists the public one")
  const module = example.directory === null ? [] : ownModule(root)
  const keys = await ownKeys(workspace, out, module, env)
  await workspace.tag("v1.0.0")
  return {
    out,
    workspace,
    dagger: "dagger",
    module,
    kubectl,
    kubeconfigs,
    registry: { address: network.registry, prefix },
    publicKey: keys.file,
    env: { ...env, ...keys.secrets },
    engineRuns,
  }
}

/** The library as anybody calls it from a repository of their own. */
const ownModule = (root: string) => [
  ...["-m", root, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml"],
]

/** The demo's environments of an example. */
async function environmentsOf(root: string, example: Example): Promise<Record<string, string>> {
  const { directory, namespaces } = example
  const texts = Object.keys(namespaces).map(async (name) => {
    const place = directory === null ? "demo/environments" : `${directory}/environments`
    const text = await readFile(join(root, place, `${name}.yaml`), "utf8")
    return [name, directory === null ? text : demoEnvironment(text)] as const
  })
  return Object.fromEntries(await Promise.all(texts))
}

const engineRuns = async () => (await engineStatus()).state === "up"

/** A pair of keys for this run. The public one is listed in the policy, and a file among the results. */
async function ownKeys(
  workspace: Workspace,
  out: string,
  module: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Pick<Keys, "secrets"> & { readonly file: string }> {
  const lost = (signal: AbortSignal) => untilGone(engineRuns, engineWatch, signal)
  const options = { cwd: workspace.directory, out, log: "set-up/key.log", timeoutMs: longestCommandMs, lost }
  const { publicKey, secrets } = await makeKeys((args, more) =>
    runCommand("dagger", ["call", ...module, ...args], { ...options, env: { ...env, ...more } }),
  )
  const file = join(out, "signalbox.pub")
  await writeFile(file, publicKey)
  await workspace.trustKey(publicKey)
  return { file, secrets }
}

/** The toolchain's toolbox file with the demo's own registry path. */
async function toolbox(registry: string): Promise<string> {
  const text = await readFile(paths.toolbox, "utf8")
  return text.replace(/^registry: .*$/m, () => `registry: ${registry}`)
}

async function emptyNamespace(kubectl: string, namespace: string): Promise<void> {
  const admin = ["--kubeconfig", adminKubeconfig(mainInstance), "--ignore-not-found"]
  // No traffic reaches this namespace any more, so its pods need no grace period.
  await run(kubectl, [
    ...["delete", "pods", "--all", "--namespace", namespace],
    ...["--grace-period=1", "--wait=false", ...admin],
  ])
  await run(kubectl, ["delete", "namespace", namespace, "--wait", "--timeout=120s", ...admin])
}
