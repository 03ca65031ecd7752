import { readFile } from "node:fs/promises"
import { parseToolbox } from "../../../src/toolbox/parse.ts"
import { imageAddress } from "../../../src/toolbox/reference.ts"
import type { Tool, ToolName } from "../../../src/toolbox/schema.ts"
import { network } from "../../../toolchain/network.ts"
import { paths } from "../../../toolchain/paths.ts"
import { daggerOutput } from "../harness/index.ts"

/** Where the local registry has stand-ins: below it come the public registry's host and the image's name there. */
const place = `${network.registry}/public`
const registries = ["docker.io", "ghcr.io", "registry.k8s.io"]

/** What an engine is told so that it finds them: the mirror of each public registry. */
export const mirrors: Readonly<Record<string, string>> = Object.fromEntries(
  registries.map((host) => [host, `${place}/${host}`]),
)

/**
 * Publishes this machine's image of each tool under the tool's public name, with its program where the public image has it.
 * @param tools of the toolbox file with the public names
 * @returns digest by tool
 */
export async function publishStandIns(
  tools: Readonly<Record<string, Pick<Tool, "image" | "path">>>,
): Promise<Readonly<Record<string, string>>> {
  const local = parseToolbox(await readFile(paths.toolbox, "utf8"), paths.toolbox)
  const digests: Record<string, string> = {}
  for (const [name, { image, path }] of Object.entries(tools)) {
    const own = local.tools[name as ToolName]
    if (own === undefined) throw new Error(`this machine has no image of ${name}`)
    digests[name] = await publish(imageAddress(own), `${place}/${image}`, own.path, path)
  }
  return digests
}

/** Pulls, adds the program under its public path, pushes. */
async function publish(from: string, to: string, ownPath?: string, path?: string): Promise<string> {
  const push = `publish(address: ${JSON.stringify(to)})`
  const other = path !== undefined && ownPath !== undefined && path !== ownPath
  const steps = other
    ? `withSymlink(target: ${JSON.stringify(ownPath)}, linkName: ${JSON.stringify(path)}) { ${push} }`
    : push
  const query = `{ container { from(address: ${JSON.stringify(from)}) { ${steps} } } }`
  const answer = await daggerOutput(["query", "--no-mod"], { input: query, timeout: 280 })
  const published = /"publish": "[^"@]+@(sha256:[0-9a-f]{64})"/.exec(answer)?.[1]
  if (published === undefined) throw new Error(`${to} was published without a digest: ${answer}`)
  return published
}
