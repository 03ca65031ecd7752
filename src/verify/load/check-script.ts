import { chmod, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import type { ProcessResult, ProcessRunner } from "../process.ts"

const limitMs = 30_000

export interface ScriptCheck {
  readonly script: string
  /** Directory that the user of the tests may read. */
  readonly work: string
  readonly version: string
  readonly profile: string
  readonly signal?: AbortSignal
}

/** Options of the inspected script are its tags, in which it tells what the user's script exports. */
const inspected = z.looseObject({ tags: z.looseObject({ unused: z.string() }) })

/**
 * Lets k6 load a script without running it, so that its defects are found before a release is rolled out for it.
 * @returns the options that the script exports, which are not used: the environment decides users and durations.
 * @throws CONFIG_INVALID for a script that does not load, or has no default function; TOOL_FAILED where k6 was killed.
 */
export async function checkLoadScript(
  processes: ProcessRunner,
  check: ScriptCheck,
): Promise<readonly string[]> {
  const file = join(check.work, "signalbox-check.js")
  for (const [path, text] of [
    [join(check.work, "load.js"), check.script] as const,
    [file, checkScript] as const,
  ]) {
    await writeFile(path, text)
    await chmod(path, 0o644)
  }
  const result = await processes.run("k6", ["inspect", "--no-color", "--include-system-env-vars", file], {
    as: "tests",
    cwd: check.work,
    env: {
      // The application is not there yet.
      BASE_URL: "http://127.0.0.1",
      VERSION: check.version,
      PROFILE: check.profile,
      K6_NO_USAGE_REPORT: "true",
      K6_AUTO_EXTENSION_RESOLUTION: "false",
    },
    timeoutMs: limitMs,
    ...(check.signal === undefined ? {} : { signal: check.signal }),
  })
  if (result.code !== 0) throw notLoaded(result)
  return unusedOptions(result.stdout)
}

/** Loads `load.js` beside it, and says in its options what that exports. */
export const checkScript = [
  'import * as user from "./load.js"',
  'if (typeof user.default !== "function")',
  '  throw new Error("it exports no default function, which every user of the load runs")',
  'export const options = { tags: { unused: Object.keys(user.options ?? {}).join(",") } }',
  "export default function () {}",
  "",
].join("\n")

function unusedOptions(stdout: string): readonly string[] {
  const parsed = inspected.safeParse(jsonOf(stdout))
  if (!parsed.success)
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "what k6 tells of the load script cannot be read",
      why: stdout.slice(0, 200),
    })
  return parsed.data.tags.unused.split(",").filter((name) => name !== "")
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function notLoaded({ code, timedOut, stderr }: ProcessResult): SignalboxError {
  if (code === null && !timedOut)
    return new SignalboxError("TOOL_FAILED", { what: "k6 was ended by a signal while it loaded the script" })
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(stderr)?.[1]?.split("\\n")[0]?.replaceAll('\\"', '"')
  return new SignalboxError("CONFIG_INVALID", {
    what: "the load script cannot be run",
    where: "load.js, as the release has it",
    why: timedOut ? `it was not loaded within ${limitMs / 1000} s` : (message ?? stderr.trim()).slice(0, 400),
    next: "k6 runs the script alone, as JavaScript: bundle its imports and data into it, and export a default function",
  })
}
