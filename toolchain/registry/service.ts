import { existsSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { findDaemon, startDaemon, stopDaemon } from "../daemon.ts"
import { network } from "../network.ts"
import { paths } from "../paths.ts"
import { execute, type Service } from "../steps/index.ts"

const stateFile = join(paths.registry, "running.json")
const configFile = join(paths.registry, "config.json")
const data = join(paths.registry, "data")

/** JSON is YAML: the registry reads it as it is. */
const configuration = {
  version: 0.1,
  log: { level: "warn", accesslog: { disabled: true } },
  storage: {
    filesystem: { rootdirectory: data },
    // Tests and `clean` remove what they pushed.
    delete: { enabled: true },
  },
  http: { addr: network.registry, secret: "one instance, so nobody else has to read its upload tokens" },
}

/** The registry that host, engine and clusters share. @param binaries output directory of the step registry-binary */
export function registryService(binaries: string): Service {
  const identity = JSON.stringify([binaries, configuration])
  return {
    id: "registry",
    async up() {
      const running = await findDaemon(stateFile)
      if (!hasAddress()) await execute("ip", ["address", "add", `${network.registryAddress}/32`, "dev", "lo"])
      if (running?.identity === identity && (await answers())) return
      await stopDaemon(stateFile, 5000)
      await mkdir(paths.registry, { recursive: true })
      await writeFile(configFile, JSON.stringify(configuration, null, 2))
      await collectGarbage(join(binaries, "docker-registry"))
      await startDaemon({
        name: "registry",
        command: join(binaries, "docker-registry"),
        args: ["serve", configFile],
        // Its defaults for tracing would send spans to localhost.
        env: { OTEL_TRACES_EXPORTER: "none" },
        identity,
        stateFile,
        logs: paths.logs,
        ready: answers,
      })
    },
    async down() {
      await stopDaemon(stateFile, 5000)
      if (hasAddress())
        await execute("ip", ["address", "delete", `${network.registryAddress}/32`, "dev", "lo"])
    },
    async status() {
      const running = await findDaemon(stateFile)
      if (!running) return { id: "registry", state: "down", detail: "not running" }
      const where = `${network.registry}, process ${running.pid}`
      if (await answers()) return { id: "registry", state: "up", detail: where }
      return { id: "registry", state: "broken", detail: `${where}: does not answer; \`up\` starts it anew` }
    },
  }
}

/**
 * Removes blobs that no manifest names any more: those of images that were deleted. Only before a start, for a blob that
 * is on its way in has no manifest yet.
 */
async function collectGarbage(program: string): Promise<void> {
  const kept = ["repositories", "blobs"].map((name) => join(data, "docker", "registry", "v2", name))
  // One that has never been given anything has neither, and takes that for an error.
  if (kept.every((path) => existsSync(path))) await execute(program, ["garbage-collect", configFile])
}

const hasAddress = (): boolean =>
  Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === network.registryAddress),
  )

async function answers(): Promise<boolean> {
  try {
    const response = await fetch(`http://${network.registry}/v2/`, { signal: AbortSignal.timeout(2000) })
    return response.ok
  } catch {
    // Nobody listens yet, or not any more: that is the answer.
    return false
  }
}
