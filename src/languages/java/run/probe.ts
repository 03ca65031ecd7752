import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Job } from "./job.ts"
import { maven, type Ran } from "./maven.ts"
import { reasonsIn, tell } from "./reason.ts"

const main = "public final class SignalboxProbe { public static void main(String[] args) {} }\n"
const test = "public class SignalboxProbeTest {}\n"

/** Linters would look for files that are not there; that they are skipped, they say after Maven has fetched them. */
const skipped = [
  "checkstyle.skip",
  "spotbugs.skip",
  "pmd.skip",
  "cpd.skip",
  "enforcer.skip",
  "maven.gitcommitid.skip",
]
const tests = [
  ...["-Dtest=SignalboxProbeTest", "-Dit.test=SignalboxProbeTest", "-DfailIfNoTests=false"],
  ...["-Dsurefire.failIfNoSpecifiedTests=false", "-Dfailsafe.failIfNoSpecifiedTests=false"],
  "-Dmaven.test.failure.ignore=true",
]

/**
 * Fills the local repository with what the poms name, by a whole build of classes that say nothing: Maven picks some tools
 * only when they run (a provider for the tests, annotation processors), and no goal lists them.
 *
 * The poms alone must be enough for Maven to read the project and to find what it names: where they are not, or a repository
 * does not answer, this fails, and nothing of it is kept. That a plugin needs files of the source ends its module only;
 * what that one did not come to is fetched when the sources are there.
 */
export async function resolve(job: Job): Promise<number> {
  const probes = (job.modules ?? []).flatMap((module) => [
    ...probe(join(job.root, module, "src/main/java/SignalboxProbe.java"), main),
    ...probe(join(job.root, module, "src/test/java/SignalboxProbeTest.java"), test),
  ])
  const ran = await maven(job, [
    ...["--fail-at-end", ...job.arguments, ...tests],
    ...skipped.map((name) => `-D${name}=true`),
  ])
  for (const file of probes) rmSync(file)
  for (const module of ["", ...(job.modules ?? [])])
    rmSync(join(job.root, module, "target"), { recursive: true, force: true })
  const why = unresolved(ran)
  if (why === undefined) {
    if (ran.code !== 0) process.stdout.write("[signalbox] some modules need their sources to go on\n")
    return 0
  }
  tell(why, reasonsIn(ran.output, job))
  return 1
}

function probe(file: string, text: string): readonly string[] {
  if (existsSync(file)) return []
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return [file]
}

/** What Maven could not read or find; undefined where it failed of something else, or not at all. */
export function unresolved({ code, output }: Ran): string | undefined {
  if (code === 0) return undefined
  if (/could not read \d+ project|Non-resolvable parent|Non-parseable POM/i.test(output))
    return "Maven cannot read the project"
  // A repository that did not answer, or refused.
  if (/Could not transfer (?:artifact|metadata)|transfer failed|status: (?:401|403|407|5\d\d)/i.test(output))
    return "a repository did not give what the poms name"
  if (
    /(?:Could|Failed to) (?:not )?(?:find|collect|resolve) (?:artifact|dependenc)|was not found in/i.test(
      output,
    )
  )
    return "the repositories do not have what the poms name"
  return /^\[(?:ERROR|INFO)\] /m.test(output) ? undefined : "Maven did not start"
}
