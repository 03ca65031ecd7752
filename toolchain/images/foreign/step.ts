import { chmod, copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { ensureDebianPackages, quietDebian } from "../../debian.ts"
import type { StepContext } from "../../steps/index.ts"
import { versions } from "../../versions.ts"
import { renamed } from "../content.ts"
import { inLayerOrder, type TarEntry } from "../oci/index.ts"
import { installedVersions } from "../rootfs/dpkg.ts"
import { type Collection, collect, type DebianStep, debianStepId } from "../rootfs/index.ts"
import { linkedByHeaders } from "./linked.ts"
import { writeStatus } from "./packages.ts"

/** Files of Debian's packages for a processor that this machine is not. */
export interface ForeignSet {
  /** Names its step, after `rootfs-`. */
  readonly name: string
  readonly architecture: "amd64" | "arm64"
  /** What they depend on comes too, what they recommend does not. */
  readonly packages: readonly string[]
  readonly collect: Collection
  /** Collected files that get another path: a program of many names keeps only the one that is needed. */
  readonly as?: Readonly<Record<string, string>>
}

/** Directory of the collected files below the step's output. */
export const filesDirectory = "files"

/**
 * The step that unpacks a set and takes what it collects. Packages are downloaded and unpacked by this machine's own programs, and never
 * configured: no program of theirs, and no script that expects one, is run.
 */
export function foreignStep(set: ForeignSet): DebianStep {
  return {
    id: debianStepId(set.name),
    debianSet: set.name,
    title: `Unpack Debian ${versions.debian} for ${set.architecture} (${set.name})`,
    needs: [],
    inputs: {
      files: [
        "toolchain/images/foreign",
        "toolchain/images/rootfs/collect.ts",
        "toolchain/images/rootfs/dpkg.ts",
      ],
      values: [versions.debian, JSON.stringify(set)],
    },
    heavy: false,
    run: (ctx) => unpack(set, ctx),
  }
}

async function unpack(set: ForeignSet, { out, exec, log }: StepContext): Promise<void> {
  await ensureDebianPackages(["mmdebstrap"], log)
  const system = join(out, "system")
  await exec("mmdebstrap", argumentsFor(set, system), { env: { ...quietDebian, SOURCE_DATE_EPOCH: "0" } })
  const status = await writeStatus(system, exec)
  const { programs, files = [], ...others } = set.collect
  const linked = await Promise.all(programs.map((program) => linkedByHeaders(system, program)))
  const all = [...new Set([...programs, ...linked.flat(), ...files])]
  const collected = await collect({ ...others, programs: [], files: all }, { system, exec })
  await place(renamed(collected, set.as ?? {}).entries, join(out, filesDirectory))
  await rm(system, { recursive: true })
  await writeFile(join(out, "packages.json"), `${JSON.stringify(installedVersions(status), null, 2)}\n`)
}

/** All four links of a merged /usr are there, also the one that only another processor's loader needs. */
const merged = ["bin", "lib", "lib64", "sbin"]
const hooks = merged.map(
  (name) => `--setup-hook=mkdir -p "$1/usr/${name}" && ln -s "usr/${name}" "$1/${name}"`,
)

export function argumentsFor({ architecture, packages }: ForeignSet, system: string): readonly string[] {
  return [
    ...["--variant=extract", `--architectures=${architecture}`, "--format=directory"],
    // An emulator is looked for else, and none is used.
    ...["--skip=check/qemu,cleanup/apt/cache", ...hooks],
    '--aptopt=APT::Install-Recommends "false"',
    `--include=${[...packages].sort().join(",")}`,
    ...[versions.debian, system],
  ]
}

/** Entries as files of a directory. Who owns them is decided where they become a layer. */
async function place(entries: readonly TarEntry[], directory: string): Promise<void> {
  for (const entry of inLayerOrder(entries)) {
    const path = join(directory, entry.path)
    await mkdir(dirname(path), { recursive: true })
    if (entry.type === "symlink") await symlink(entry.target, path)
    else if (entry.type === "directory") await mkdir(path, { recursive: true })
    else if (entry.type === "hardlink") await copyFile(join(directory, entry.target), path)
    else {
      if ("bytes" in entry) await writeFile(path, entry.bytes)
      else await copyFile(entry.from, path)
      await chmod(path, entry.mode)
    }
  }
}
