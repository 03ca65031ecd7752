import { readFile, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
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
  /** load.js, null when there is none. */
  readonly loadScript: { readonly path: string; readonly digest: Digest } | null
}

/** @throws CONFIG_INVALID naming every field that is wrong. */
export async function readInput(path: string): Promise<DriverInput> {
  const directory = dirname(path)
  const parsed = driverRequest.safeParse(json(await read(path), path))
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
  const script = join(directory, "load.js")
  const text = await readIfThere(script)
  return {
    request,
    directory,
    smoke,
    loadScript: text === null ? null : { path: script, digest: sha256(text) },
  }
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
      return { path, text: await read(path) }
    }),
  )
  return { chartDirectory, chart: await readChart(chartDirectory), values, work }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    throw new SignalboxError("CONFIG_INVALID", { what: `${path} cannot be read` }, { cause })
  }
}

async function readIfThere(path: string): Promise<string | null> {
  return (await isFile(path)) ? read(path) : null
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SignalboxError("CONFIG_INVALID", { what: "the request is not JSON", where: path }, { cause })
  }
}
