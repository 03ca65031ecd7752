import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { DriverCommand } from "../../../src/deploy/request.ts"
import type { ReleaseRecord } from "../../../src/domain/index.ts"
import { type DriverEnd, type Question, TestEnvironment } from "../deploy-support/environment.ts"
import { kubectl } from "../deploy-support/kubectl.ts"
import { evidenceStore } from "../deploy-support/published.ts"
import { type Artifacts, push } from "./artifacts.ts"
import { restore, type StoredNamespace } from "./namespace.ts"

export type Left = "verified" | "roll-out" | "way-back"

/** What was put into the registry: images of the earlier releases, and their evidence. */
export async function pushEarlier(): Promise<void> {
  for (const name of ["images", "evidence"]) await push(await recorded<Artifacts>(name))
}

/** A namespace as the earlier version has left it. Names it may only have once: it was part of what was written. */
export async function restored(left: Left): Promise<TestEnvironment> {
  const stored = await recorded<StoredNamespace>(left)
  // A run of these tests that was killed has left it behind.
  await kubectl(["delete", "namespace", stored.namespace, "--ignore-not-found"])
  const env = await TestEnvironment.create("earlier", stored.namespace)
  env.callName = "later"
  await restore(stored)
  return env
}

/** A release as the evidence store has it, with the texts that its calls are given. */
export interface EarlierRelease {
  readonly record: ReleaseRecord
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly digest: string
}

export async function earlierRelease(version: string): Promise<EarlierRelease> {
  const found = await evidenceStore("earlier").get("releases", `v${version}`)
  if (found === undefined) throw new Error(`there is no evidence of ${version}`)
  const record = JSON.parse(textOf(found.files, "record.json")) as ReleaseRecord
  return { record, files: found.files, digest: record.images[0]?.digest ?? "" }
}

/** A call about an earlier release, with its own chart, values and tests. */
export async function callFor(
  env: TestEnvironment,
  command: DriverCommand,
  { record, files }: EarlierRelease,
  question: Question = {},
): Promise<DriverEnd> {
  const before = { chart: env.chart, smoke: env.smoke }
  env.chart = await chartIn(files, join(env.directory, record.version))
  env.smoke = textOf(files, "smoke.yaml")
  const [values, load] = [textOf(files, "values/base.yaml"), textOf(files, "load.js")]
  try {
    return await env.call(command, { record, ...question }, values, load)
  } finally {
    Object.assign(env, before)
  }
}

async function chartIn(files: ReadonlyMap<string, Uint8Array>, directory: string): Promise<string> {
  for (const [path, content] of files) {
    if (!path.startsWith("chart/")) continue
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return join(directory, "chart")
}

function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return new TextDecoder().decode(files.get(path))
}

export async function recorded<T>(name: string): Promise<T> {
  const path = new URL(`../../recorded/earlier/${name}.json`, import.meta.url)
  return JSON.parse(await readFile(path, "utf8")) as T
}
