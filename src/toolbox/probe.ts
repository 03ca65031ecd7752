/**
 * Program: measures disk, DNS and registry from inside a container of the engine, and writes DIR/answer.json.
 *   node probe.ts REGISTRY-URL --out DIR
 * It has no dependencies, so that it also runs where nothing can be installed.
 */
import { lookup } from "node:dns/promises"
import { statfs, writeFile } from "node:fs/promises"
import { isIP } from "node:net"
import { join } from "node:path"
import { parseArgs } from "node:util"

/** One measurement; `ok` says whether it worked at all, `ms` how long it took. */
export interface Measurement {
  readonly name: "disk" | "dns" | "registry"
  readonly ok: boolean
  readonly ms: number
  readonly detail: string
}

const longestMs = 5000

async function measure(name: Measurement["name"], work: () => Promise<string>): Promise<Measurement> {
  const started = performance.now()
  try {
    const detail = await work()
    return { name, ok: true, ms: Math.round(performance.now() - started), detail }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return { name, ok: false, ms: Math.round(performance.now() - started), detail: cause }
  }
}

async function disk(): Promise<string> {
  const { bavail, bsize, blocks } = await statfs("/")
  const gib = (count: number) => (count * bsize) / 2 ** 30
  return `${gib(bavail).toFixed(1)} of ${gib(blocks).toFixed(1)} GiB free for the engine`
}

async function dns(host: string): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address, nothing to resolve`
  const { address } = await lookup(host)
  return `${host} is ${address}`
}

/** A registry answers its API root with 200, or with 401 and a challenge. */
async function registry(url: URL): Promise<string> {
  const response = await fetch(new URL("/v2/", url), { signal: AbortSignal.timeout(longestMs) })
  if (response.status !== 200 && response.status !== 401)
    throw new Error(`${response.status} ${response.statusText}`)
  return `${url.host} answers ${response.status}`
}

if (import.meta.main) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } })
  const target = new URL(positionals[0] ?? "")
  const results: readonly Measurement[] = [
    await measure("disk", disk),
    await measure("dns", () => dns(target.hostname)),
    await measure("registry", () => registry(target)),
  ]
  await writeFile(join(values.out ?? ".", "answer.json"), `${JSON.stringify(results)}\n`)
}
