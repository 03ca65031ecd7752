import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { z } from "zod"
import { both, development, key } from "./access.ts"
import { pointTag, readManifest, tagsOf } from "./registry.ts"
import type { Stage, World } from "./stage.ts"

const run = promisify(execFile)

/**
 * A release that was verified in development only: whoever may write to staging's namespace and to the registry puts
 * development's ledger and its signed verification in the place of staging's.
 */
export async function borrowVerification(stage: Stage, version: string): Promise<void> {
  const { world, workspace } = stage
  await workspace.write("NEWS.md", `${version} changes no component.\n`)
  await workspace.commit("docs: say what is new")
  await stage.call("publish", "--version", version, ...key)
  await stage.call("deploy", "--environment", "development", "--release", version, ...development, ...key)
  const [own, foreign] = [await readLedger(world, "staging"), await readLedger(world, "development")]
  await borrowStatements(world)
  await writeLedger(world, "staging", { ...foreign, environment: "staging", fence: own.fence })
  try {
    const route = ["--from", "staging", "--to", "production"]
    await stage.call("promote", "--release", version, ...route, ...both, ...key)
  } finally {
    await writeLedger(world, "staging", own)
  }
}

/** Every verification in development is also found as one of staging. */
async function borrowStatements(world: World): Promise<void> {
  const tags = (await tagsOf(world, "verifications")).filter((tag) => tag.startsWith("development-"))
  if (tags.length === 0) throw new Error("nothing was verified in development")
  for (const tag of tags) {
    const statement = await readManifest(world, "verifications", tag)
    await pointTag(world, "verifications", tag.replace(/^development/, "staging"), statement)
  }
}

const name = "signalbox-ledger"
const ledgerSchema = z.looseObject({ environment: z.string(), fence: z.int() })
const configMapSchema = z.object({ data: z.object({ "ledger.json": z.string() }) })
type Ledger = z.infer<typeof ledgerSchema>

async function readLedger(world: World, environment: string): Promise<Ledger> {
  const text = await kubectl(world, environment, ["get", "configmap", name, "--output", "json"])
  return ledgerSchema.parse(JSON.parse(configMapSchema.parse(JSON.parse(text)).data["ledger.json"]))
}

async function writeLedger(world: World, environment: string, ledger: Ledger): Promise<void> {
  const patch = JSON.stringify({ data: { "ledger.json": JSON.stringify(ledger) } })
  await kubectl(world, environment, ["patch", "configmap", name, "--type", "merge", "--patch", patch])
}

async function kubectl(world: World, environment: string, args: readonly string[]): Promise<string> {
  const access = world.kubeconfigs[environment]
  if (access === undefined) throw new Error(`the demo has no kubeconfig of ${environment}`)
  const place = ["--kubeconfig", access.file, "--namespace", access.namespace]
  return (await run(world.kubectl, [...place, ...args], { maxBuffer: 64 << 20 })).stdout
}
