/**
 * `node main.ts FILE PROGRAMS TOOL...`
 *
 * Runs linters and formatters over the working directory, which they must not change, and writes what they found as one
 * SARIF log with a run for each. Formatters have no report of their own that names files. PROGRAMS is the directory that
 * they are in. Ends with 0 or 1 where every tool has judged; else with 2, with what the tool has said.
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { type Found, isTool, type Run, toolbench } from "./tools.ts"

const mostOutput = 1 << 28

function judge(name: string, programs: string): { readonly run: Run; readonly found: number } {
  if (!isTool(name)) throw new Error(`there is no tool ${name}: ${Object.keys(toolbench).join(", ")}`)
  const { program, args, read } = toolbench[name]
  const { status, stdout, stderr, error } = spawnSync(join(programs, program), args, {
    encoding: "utf8",
    maxBuffer: mostOutput,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const said = `${stderr ?? ""}`.trim()
  // Both end with 1 for findings; any other code is no judgement.
  if (error !== undefined || (status !== 0 && status !== 1))
    throw new Error(
      `${program} ${args.join(" ")} ended with ${status ?? error?.message}\n${said}\n${stdout ?? ""}`,
    )
  const found = read({ stdout, stderr })
  if (status === 1 && found.results.length === 0)
    throw new Error(`${program} ended with 1 and named nothing\n${said}\n${stdout}`)
  process.stderr.write(said === "" ? "" : `${program}: ${said}\n`)
  return { run: runOf(program, found), found: status }
}

function runOf(name: string, { results, run }: Found): Run {
  return run ?? { tool: { driver: { name, rules: [] } }, results: results.map(withRelativePath) }
}

/** Black names files by their whole path. */
function withRelativePath(result: Found["results"][number]): Found["results"][number] {
  const [place] = result.locations
  const uri = place.physicalLocation.artifactLocation.uri
  if (!uri.startsWith("/")) return result
  const artifactLocation = { uri: relative(process.cwd(), uri) }
  return { ...result, locations: [{ physicalLocation: { ...place.physicalLocation, artifactLocation } }] }
}

function main([file, programs, ...tools]: readonly string[]): number {
  if (file === undefined || programs === undefined || tools.length === 0)
    throw new Error("usage: main.ts FILE PROGRAMS TOOL...")
  const judged = tools.map((tool) => judge(tool, programs))
  writeFileSync(file, `${JSON.stringify({ version: "2.1.0", runs: judged.map(({ run }) => run) })}\n`)
  return judged.some(({ found }) => found === 1) ? 1 : 0
}

if (import.meta.main) {
  try {
    process.exitCode = main(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 2
  }
}
