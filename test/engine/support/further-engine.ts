import { existsSync } from "node:fs"
import { glob, readdir, readFile } from "node:fs/promises"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { type FurtherEngine, network, paths, repositoryRoot, startEngine } from "../../../toolchain/index.ts"
import { engineSteps, steps } from "../../../toolchain/parts.ts"
import { execute, planSteps } from "../../../toolchain/steps/index.ts"
import { daggerOutput, uniqueName } from "../harness/index.ts"

export { type FurtherEngine, startEngine }

type Instance = FurtherEngine["instance"]

/** Whether the parts are there that an engine is made from: with one that came without the toolchain, they are not. */
export async function engineIsBuilt(): Promise<boolean> {
  const settings = { root: repositoryRoot, cache: paths.cache, only: engineSteps }
  return (await planSteps(steps, settings)).missing.length === 0
}

/**
 * Runs a command of bash in a container of an engine, and returns what it prints.
 * @param mark an equal one finds what was cached; default: one of its own
 */
export async function inContainer(
  command: string,
  env: Readonly<Record<string, string>> = {},
  mark: string = uniqueName(),
): Promise<string> {
  const args = JSON.stringify(["bash", "-c", command, mark])
  const query = `{ container { from(address: "${network.toolImages}/base:bookworm") { withExec(args: ${args}) { stdout } } } }`
  const answer = await daggerOutput(["query", "--no-mod"], { env, input: query, timeout: 280 })
  return JSON.parse(answer).container.from.withExec.stdout
}

/** Everything of an engine that the machine still has; nothing, where all is well. */
export async function leftOf(instance: Instance): Promise<readonly string[]> {
  const { controlGroup, directory, link, view } = instance
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n")
  const rules = (await execute("iptables-save", [])).split("\n")
  const groups: string[] = []
  for await (const path of glob(`/sys/fs/cgroup/{,*/}${controlGroup}`)) groups.push(path)
  return [
    ...(await processesOf(instance)),
    ...mounts.filter((line) => line.includes(directory) || line.includes(view)),
    ...Object.keys(networkInterfaces()).filter((name) => name === link?.interface),
    ...rules.filter((line) => link && line.includes(link.interface)),
    ...groups,
    ...[view].filter((path) => existsSync(path)),
  ]
}

async function processesOf({ controlGroup, directory, view }: Instance): Promise<string[]> {
  const found = (await readdir("/proc"))
    .filter((name) => /^\d+$/.test(name))
    .map(async (pid) => {
      const read = (file: string) => readFile(join("/proc", pid, file), "utf8").catch(() => "")
      const line = (await read("cmdline")).replaceAll("\0", " ")
      const isOurs = line.includes(directory) || line.includes(`${view}/`)
      return isOurs || (await read("cgroup")).includes(`/${controlGroup}/`) ? [`${pid} ${line}`] : []
    })
  return (await Promise.all(found)).flat()
}

/** The chain of processes that hold an engine: its keeper, unshare, the first process of its namespaces, itself. */
export async function chainOf({ directory }: Instance): Promise<readonly number[]> {
  const { pid } = JSON.parse(await readFile(join(directory, "running.json"), "utf8")) as { pid: number }
  const chain = [pid]
  while (chain.length < 4) {
    const last = chain.at(-1)
    const children = await readFile(`/proc/${last}/task/${last}/children`, "utf8")
    chain.push(Number.parseInt(children, 10))
  }
  return chain
}
