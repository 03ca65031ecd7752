/**
 * `node main.ts JOB` (see job.ts), in a container with a JDK and Maven. It ends with 0 where Maven does; otherwise the last lines
 * on stderr say why, with places as the source tree has them.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assemble } from "./assemble.ts"
import { collect, compilerLines } from "./collect.ts"
import type { Job } from "./job.ts"
import { mavenWithoutNetwork } from "./maven.ts"
import { resolve } from "./probe.ts"
import { reasonsIn, tell } from "./reason.ts"

/** The report that the compiler's messages are read from. */
const compilerReport = "maven.txt"

async function check(job: Job): Promise<number> {
  const ran = await mavenWithoutNetwork(job)
  writeFileSync(join(job.out, compilerReport), compilerLines(ran.output, job))
  collect(job)
  if (ran.code !== 0) tell("the build failed", reasonsIn(ran.output, job))
  return ran.code
}

async function pack(job: Job): Promise<number> {
  const ran = await mavenWithoutNetwork(job)
  if (ran.code !== 0) tell("the build failed", reasonsIn(ran.output, job))
  else await assemble(job)
  return ran.code
}

async function main([text = "{}"]: readonly string[]): Promise<number> {
  const job = JSON.parse(text) as Job
  mkdirSync(job.out, { recursive: true })
  if (job.task === "resolve") return resolve(job)
  return job.task === "check" ? check(job) : pack(job)
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2)).catch((thrown: unknown) => {
    tell("the build failed", [thrown instanceof Error ? thrown.message : String(thrown)])
    return 1
  })
}
