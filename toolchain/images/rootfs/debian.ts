import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { ensureDebianPackages, quietDebian } from "../../debian.ts"
import type { Step } from "../../steps/index.ts"
import { versions } from "../../versions.ts"
import { installedVersions } from "./dpkg.ts"

/** A Debian system that images take all or some of their files from. */
export interface DebianSet {
  /** Names the set in the lock file, and (after `rootfs-`) its step. */
  readonly name: string
  /** Packages beside Debian's essential ones; what they depend on comes too, what they recommend does not. */
  readonly packages: readonly string[]
  /** Packages to purge afterwards: those that Debian's first choice brings and nothing needs. */
  readonly without?: readonly string[]
}

/** Directory of the system below the step's output. */
const systemDirectory = "system"
/** The versions that were installed, as JSON beside it. */
const versionsFile = "packages.json"

/** A step whose output is a Debian system with recorded versions. */
export interface DebianStep extends Step {
  /** Name of its set. */
  readonly debianSet: string
}

export const isDebianStep = (step: Step): step is DebianStep => "debianSet" in step

export const debianStepId = (set: string): string => `rootfs-${set}`

/** Where a finished `rootfs-…` step keeps the system. */
export const systemOf = (output: string): string => join(output, systemDirectory)

/** Package names and versions of a finished `rootfs-…` step. */
export async function packagesOf(output: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(join(output, versionsFile), "utf8")) as Record<string, string>
}

/**
 * The step that installs a Debian set. Debian serves only the current version of a package, so the versions are
 * those of the day on which it runs; the lock file says which they were (see lock.ts) and is part of the key.
 */
export function debianStep(set: DebianSet, locked: Readonly<Record<string, string>> | undefined): DebianStep {
  const packages = [...new Set(["ca-certificates", "usr-is-merged", ...set.packages])].sort()
  return {
    id: debianStepId(set.name),
    debianSet: set.name,
    title: `Install Debian ${versions.debian} (${set.name})`,
    needs: [],
    inputs: {
      files: ["toolchain/images/rootfs/debian.ts"],
      values: [versions.debian, JSON.stringify([packages, set.without ?? [], locked ?? {}])],
    },
    heavy: false,
    async run(ctx) {
      await ensureDebianPackages(["mmdebstrap"], ctx.log)
      const system = systemOf(ctx.out)
      await ctx.exec(
        "mmdebstrap",
        [
          "--variant=minbase",
          "--format=directory",
          '--aptopt=APT::Install-Recommends "false"',
          `--include=${packages.join(",")}`,
          versions.debian,
          system,
        ],
        { env: { ...quietDebian, SOURCE_DATE_EPOCH: "0" } },
      )
      if (set.without)
        await ctx.exec("chroot", [system, "dpkg", "--purge", ...set.without], { env: quietDebian })
      const installed = installedVersions(await readFile(join(system, "var/lib/dpkg/status"), "utf8"))
      await writeFile(join(ctx.out, versionsFile), `${JSON.stringify(installed, null, 2)}\n`)
    },
  }
}
