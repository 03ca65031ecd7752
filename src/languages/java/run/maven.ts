import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import type { Job } from "./job.ts"
import { javaKeyStore, storePassword } from "./truststore.ts"

export interface Ran {
  readonly code: number
  readonly output: string
}

/** Runs Maven; what it prints is printed, too. */
export function maven(job: Job, args: readonly string[]): Promise<Ran> {
  const one = relative(job.root, job.component)
  const module = one === "" || job.task === "resolve" ? [] : ["--projects", one, "--also-make"]
  const settings = job.settings === undefined ? [] : ["--settings", job.settings]
  const fixed = ["--batch-mode", "--no-transfer-progress", "--file", join(job.root, "pom.xml")]
  return run("mvn", [...fixed, ...settings, ...module, ...args], { MAVEN_OPTS: mavenOptions(job) })
}

/**
 * Without the network first: what the poms name is there. Where that is not all (a tool that a plugin picks when it sees the
 * sources), the same once more with it: the repositories decide what exists, and not what lies here.
 */
export async function mavenWithoutNetwork(job: Job): Promise<Ran & { readonly offline: boolean }> {
  const ran = await maven(job, ["--offline", ...job.arguments])
  const missing = ran.code === 0 ? undefined : missingIn(ran.output)
  if (missing === undefined) return { ...ran, offline: true }
  process.stdout.write(`\n[signalbox] not among what the poms name, and downloaded now: ${missing}\n`)
  return { ...(await maven(job, ["--update-snapshots", ...job.arguments])), offline: false }
}

/** What Maven says that it would have to download; undefined where it failed of something else. */
export function missingIn(output: string): string | undefined {
  const said = output
    .split("\n")
    .find((line) =>
      /in offline mode|has not been downloaded from it before|present, but unavailable/.test(line),
    )
  return said?.replace(/^\[ERROR\]\s*/, "").slice(0, 300)
}

/** Maven trusts whom the system trusts. */
function mavenOptions({ authorities }: Job): string {
  const given = process.env.MAVEN_OPTS ?? ""
  if (!existsSync(authorities)) return given
  const store = join(mkdtempSync(join(tmpdir(), "authorities-")), "store.jks")
  writeFileSync(store, javaKeyStore(readFileSync(authorities, "utf8")))
  const trust = [`trustStore=${store}`, "trustStoreType=jks", `trustStorePassword=${storePassword}`]
  return [given, ...trust.map((one) => `-Djavax.net.ssl.${one}`)].join(" ").trim()
}

/** Runs a program, prints what it prints, and keeps it. */
export function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  directory?: string,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...{ env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
      ...(directory === undefined ? {} : { cwd: directory }),
    })
    const parts: string[] = []
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      parts.push(text)
      process.stdout.write(text)
    })
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      parts.push(text)
      process.stderr.write(text)
    })
    child.on("error", reject)
    child.on("close", (code, signal) => {
      resolve({
        code: code ?? 1,
        output: signal === null ? parts.join("") : `${parts.join("")}\nended by ${signal}`,
      })
    })
  })
}
