import { lstat, mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { execa } from "execa"
import { z } from "zod"
import type { Project } from "./project.ts"

const answer = z.object({ status: z.number(), body: z.string(), user: z.string(), said: z.string() })

export interface Answer extends z.infer<typeof answer> {
  /** Shells, package managers and programs that change their user, by their path in the image. */
  readonly needless: readonly string[]
}

const program = join(import.meta.dirname, "read-only-run.ts")

/** How long the program may take until it answers, in milliseconds. */
const patience = 60_000

/**
 * Runs a component's image as a cluster does by our chart: its file system read-only but for an empty `/tmp`, as the user of the
 * image, without any capability, by the image's own command and environment. In namespaces of its own, so that its port is free.
 * @returns what it answers at a path, and what of its files whoever breaks into it could make use of
 */
export async function answersReadOnly(
  { call }: Pick<Project, "call">,
  { component, port, path }: { readonly component: string; readonly port: number; readonly path: string },
): Promise<Answer> {
  const disk = await mkdtemp(join(tmpdir(), "signalbox-read-only-"))
  const of = async (...args: string[]): Promise<string> => {
    const outcome = await call(["build", "--component", component, "container", ...args], { timeout: 1400 })
    if (outcome.code !== 0) throw new Error(`${args.join(" ")}: ${outcome.stderr.slice(-2000)}`)
    return outcome.stdout.trim()
  }
  try {
    await of("rootfs", "export", "--path", join(disk, "image"))
    const [user, workdir, entrypoint, args, names] = [
      await of("user"),
      await of("workdir"),
      await of("entrypoint"),
      await of("default-args"),
      await of("env-variables", "name"),
    ]
    const environment: Record<string, string> = {}
    for (const name of lines(names)) environment[name] = await of("env-variable", "--name", name)
    const job = {
      ...{ root: join(disk, "image"), port, path, user, environment, patience },
      workdir: workdir || "/",
      command: [...lines(entrypoint), ...lines(args)],
    }
    const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    const { stdout } = await execa("unshare", [...namespaces, "--", process.execPath, program], {
      input: JSON.stringify(job),
      timeout: patience * 2,
    })
    return { ...answer.parse(JSON.parse(stdout)), needless: await needlessIn(join(disk, "image")) }
  } finally {
    await rm(disk, { recursive: true, force: true })
  }
}

const needless =
  /^(?:(?:ba|da|a|z|k|c|tc|fi)?sh|busybox|toybox|apt(?:-get)?|dpkg|apk|rpm|yum|dnf|microdnf|npm|npx|yarn|pnpm|corepack|pip[\d.]*|uv|poetry|curl|wget|nc|perl)$/
const setUserOrGroup = 0o6000

async function needlessIn(image: string): Promise<readonly string[]> {
  const entries = await readdir(image, { recursive: true, withFileTypes: true })
  const found = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory() || !isProgram(path, image)) return []
    const { mode } = await lstat(path)
    return needless.test(entry.name) || (entry.isFile() && mode & setUserOrGroup)
      ? [relative(image, path)]
      : []
  })
  return (await Promise.all(found)).flat().sort()
}

/** A file named `sh` somewhere else is data: what is started by its name is in one of these. */
const isProgram = (path: string, image: string): boolean =>
  /^(?:usr\/)?(?:local\/)?s?bin\/|^opt\/[^/]+\/bin\//.test(relative(image, path))

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "")
