import { spawn } from "node:child_process"
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { network } from "../../network.ts"
import { CommandError, execute } from "../../steps/index.ts"
import { bundle, capabilitiesIn } from "./bundle.ts"
import { removeGroup } from "./cgroup.ts"
import { type ClusterInstance, files, machineNames } from "./instance.ts"

/** The container that the node program runs in, as its runtime sees it. */
export interface Container {
  readonly status: "created" | "running" | "stopped"
  /** Its first process; 0 when there is none. */
  readonly pid: number
  /** The root file system it was started with. */
  readonly rootfs: string
}

const runc = (instance: ClusterInstance, args: readonly string[]): Promise<string> =>
  execute("runc", ["--root", files(instance).runtime, ...args])

/** The container as it is now, if there is one. */
export async function inspect(instance: ClusterInstance): Promise<Container | undefined> {
  // Without notes there is nothing to ask for, and maybe no runtime to ask: the machine may never have had a cluster.
  if (!existsSync(files(instance).runtime)) return undefined
  try {
    const state = JSON.parse(await runc(instance, ["state", machineNames(instance).container]))
    return {
      status: state.status === "paused" ? "running" : state.status,
      pid: state.pid,
      rootfs: state.rootfs,
    }
  } catch (error) {
    if (error instanceof CommandError && error.stderr.includes("does not exist")) return undefined
    throw error
  }
}

/** Makes the container and its namespaces; its program waits for `start`. Returns the first process. */
export async function create(instance: ClusterInstance, rootfs: string): Promise<number> {
  const { bundle: directory, state } = files(instance)
  for (const path of [directory, state]) mkdirSync(path, { recursive: true, mode: 0o700 })
  const configuration = bundle({
    rootfs,
    state,
    cgroup: machineNames(instance).cgroup,
    plainRegistries: [network.registry],
    resolvConf: "/etc/resolv.conf",
    capabilities: capabilitiesIn(readFileSync("/proc/self/status", "utf8")),
  })
  writeFileSync(join(directory, "config.json"), JSON.stringify(configuration))
  await createWithLog(instance, directory)
  const container = await inspect(instance)
  if (!container) throw new Error(`runc made no container ${machineNames(instance).container}`)
  return container.pid
}

/** The program inherits its output from `runc create`: it goes straight to the log and outlives this process. */
function createWithLog(instance: ClusterInstance, directory: string): Promise<void> {
  mkdirSync(dirname(instance.log), { recursive: true })
  const log = openSync(instance.log, "w", 0o600)
  const { runtime } = files(instance)
  const args = ["--root", runtime, "create", "--bundle", directory, machineNames(instance).container]
  return new Promise((resolve, reject) => {
    const child = spawn("runc", args, { detached: true, stdio: ["ignore", log, log] })
    closeSync(log)
    child.on("error", reject)
    child.on("exit", (status) => {
      if (status === 0) resolve()
      else
        reject(
          new CommandError("runc create", status, `see ${instance.log}`, readFileSync(instance.log, "utf8")),
        )
    })
  })
}

export async function start(instance: ClusterInstance): Promise<void> {
  await runc(instance, ["start", machineNames(instance).container])
}

/** Asks the first process to end and waits; what is left after that time is killed by `remove`. */
export async function terminate(instance: ClusterInstance, pid: number, patienceMs: number): Promise<void> {
  await runc(instance, ["kill", machineNames(instance).container, "TERM"])
  const deadline = Date.now() + patienceMs
  while (isAlive(pid) && Date.now() < deadline) await sleep(20)
}

/**
 * Removes the container and everything that it, or a half-made or killed predecessor, left: processes, their
 * control groups and the runtime's notes.
 */
export async function remove(instance: ClusterInstance): Promise<void> {
  const names = machineNames(instance)
  if (await inspect(instance)) await runc(instance, ["delete", "--force", names.container])
  await removeGroup(names.cgroup)
  rmSync(files(instance).runtime, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false
    throw error
  }
}
