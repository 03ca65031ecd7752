import { lstat, readFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { readChart } from "../../chart/index.ts"
import { type Digest, SignalboxError, sha256 } from "../../domain/index.ts"
import type { ReleaseInputs } from "../plan/index.ts"
import { type DriverRequest, driverRequest } from "../request.ts"

/** The request and what lies beside it. */
export interface DriverInput {
  readonly request: DriverRequest
  readonly directory: string
  /** Text of smoke.yaml, null when there is none. */
  readonly smoke: string | null
  /** load.js, null when there is none: what runs is what was read. */
  readonly loadScript: { readonly text: string; readonly digest: Digest } | null
}

/** @throws CONFIG_INVALID naming every field that is wrong. */
export async function readInput(path: string): Promise<DriverInput> {
  const directory = dirname(path)
  const parsed = driverRequest.safeParse(json(await plainText(path), path))
  if (!parsed.success)
    throw new SignalboxError("CONFIG_INVALID", {
      what: "the request is not valid",
      where: path,
      why: parsed.error.issues
        .map((issue) => `${issue.path.join(".") || "document"}: ${issue.message}`)
        .join("; "),
    })
  const request = parsed.data
  const smoke = await readIfThere(join(directory, "smoke.yaml"))
  const text = await readIfThere(join(directory, "load.js"))
  return { request, directory, smoke, loadScript: text === null ? null : { text, digest: sha256(text) } }
}

/** Chart and values, read once. @throws CONFIG_INVALID when one of them is missing. */
export async function readRelease(input: DriverInput, work: string): Promise<ReleaseInputs> {
  const chartDirectory = join(input.directory, "chart")
  if (!(await isFile(join(chartDirectory, "Chart.yaml"))))
    throw new SignalboxError("CONFIG_INVALID", {
      what: "there is no chart beside the request",
      where: chartDirectory,
    })
  const values = await Promise.all(
    input.request.values.map(async (name) => {
      const path = join(input.directory, "values", name)
      return { path, text: await plainText(path) }
    }),
  )
  return { chartDirectory, chart: await readChart(chartDirectory), smoke: input.smoke, values, work }
}

/** The text of a file that is one itself. @throws CONFIG_INVALID for a link, or what cannot be read */
export async function plainText(path: string): Promise<string> {
  await assertNoLink(path)
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    throw new SignalboxError("CONFIG_INVALID", { what: `${path} cannot be read` }, { cause })
  }
}

async function readIfThere(path: string): Promise<string | null> {
  await assertNoLink(path)
  return (await isFile(path)) ? plainText(path) : null
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isFile() ?? false
}

/**
 * What lies beside the request comes from a source tree, and is read with the driver's rights: a link of it could lead to
 * the kubeconfig, and its text into a log or a manifest.
 */
async function assertNoLink(path: string): Promise<void> {
  if ((await lstat(path).catch(() => null))?.isSymbolicLink() !== true) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${basename(path)} is a symbolic link`,
    where: path,
    why: "tests and values of a release are files of their own: a link may lead out of it",
    next: "commit the file itself in its place, and publish again",
  })
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SignalboxError("CONFIG_INVALID", { what: "the request is not JSON", where: path }, { cause })
  }
}
