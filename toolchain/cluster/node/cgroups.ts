import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Run, run } from "./run.ts"

const root = "/sys/fs/cgroup"

/** The mounts that show a process its own part of the control groups as the root. */
export type CgroupPlan =
  | {
      readonly version: 1
      readonly hierarchies: readonly { readonly name: string; readonly options: string }[]
    }
  | { readonly version: 2 }

/**
 * Reads `/proc/self/cgroup`. A hybrid machine (version 1 controllers beside an empty version 2 hierarchy) counts
 * as version 1: that is where its controllers are.
 */
export function cgroupPlan(text: string): CgroupPlan {
  const hierarchies = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(":")[1] ?? "")
    .filter((controllers) => controllers !== "")
    .map((controllers) =>
      controllers.startsWith("name=")
        ? { name: controllers.slice("name=".length), options: `none,${controllers}` }
        : { name: controllers, options: controllers },
    )
  return hierarchies.some(({ options }) => !options.startsWith("none,"))
    ? { version: 1, hierarchies }
    : { version: 2 }
}

/**
 * Mounts the control groups anew. The process must have a cgroup and a mount namespace of its own: then the
 * paths in `/proc/self/cgroup`, which the kubelet reads, match the mounts, which it writes.
 */
export async function mountCgroups(log: (line: string) => void, exec: Run = run): Promise<void> {
  const plan = cgroupPlan(readFileSync("/proc/self/cgroup", "utf8"))
  log(`control groups: version ${plan.version}`)
  await exec("umount", ["--recursive", root])
  if (plan.version === 2) {
    await exec("mount", ["-t", "cgroup2", "cgroup2", root])
    delegate(root)
    return
  }
  await exec("mount", ["-t", "tmpfs", "-o", "nosuid,nodev,noexec,mode=755", "cgroup", root])
  for (const { name, options } of plan.hierarchies) {
    const directory = join(root, name)
    mkdirSync(directory)
    try {
      await exec("mount", ["-t", "cgroup", "-o", options, "cgroup", directory])
    } catch (error) {
      // The kernel lists controllers that nobody mounted; the kubelet names those it cannot do without.
      log(`control group ${name} is not available: ${(error as Error).message}`)
      rmdirSync(directory)
    }
  }
}

/**
 * Version 2 lets a group hold either processes or groups with controllers: our processes move to a leaf of their
 * own, and then every controller is handed down to the groups that the kubelet makes.
 */
function delegate(directory: string): void {
  const leaf = join(directory, "node")
  if (!existsSync(leaf)) mkdirSync(leaf)
  for (const pid of lines(join(directory, "cgroup.procs"))) writeFileSync(join(leaf, "cgroup.procs"), pid)
  const controllers = lines(join(directory, "cgroup.controllers")).flatMap((line) => line.split(" "))
  for (const controller of controllers)
    writeFileSync(join(directory, "cgroup.subtree_control"), `+${controller}`)
}

function lines(path: string): readonly string[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
}
