/** The Jenkinsfiles that the generator writes, read by Groovy's own parser: Maven Central serves it, and the toolbox's image for Java runs it. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Container, connect, ReturnType } from "@dagger.io/dagger"
import { describe, expect, it, vi } from "vitest"
import { parseConfig, parseEnvironment } from "../../src/config/index.ts"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { findTool } from "../../src/toolbox/reference.ts"
import { wrapperFiles } from "../../src/wrappers/index.ts"
import { groovy } from "../../toolchain/index.ts"
import { paths, repositoryRoot } from "../../toolchain/paths.ts"
import { seconds, toolboxHas } from "./support/built-language.ts"

vi.setConfig({ testTimeout: seconds * 1000 })

const program = join(import.meta.dirname, "fixtures", "groovy", "ParseGroovy.java")

interface Parsed {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What Groovy says of files, by their names. */
async function parsed(files: Readonly<Record<string, string>>): Promise<Parsed> {
  const tool = findTool(parseToolbox(await readFile(paths.toolbox, "utf8"), "toolbox.yaml"), "maven")
  const classes = await groovy()
  const source = await readFile(program, "utf8")
  const results: Parsed[] = []
  await connect(
    async (client) => {
      const withParser = client
        .container()
        .from(`${tool.image}@${tool.digest}`)
        .withWorkdir("/work")
        .withDirectory("/work/groovy", client.host().directory(classes))
        .withNewFile("/work/ParseGroovy.java", source)
      const run = Object.entries(files)
        .reduce((one: Container, [name, text]) => one.withNewFile(`/work/${name}`, text), withParser)
        .withExec(["java", "-cp", "groovy", "ParseGroovy.java", ...Object.keys(files)], {
          expect: ReturnType.Any,
        })
      const [exitCode, stdout, stderr] = await Promise.all([run.exitCode(), run.stdout(), run.stderr()])
      results.push({ exitCode, stdout, stderr })
    },
    { LoadWorkspaceModules: false },
  )
  const [result] = results
  if (result === undefined) throw new Error("the session ended without a result")
  return result
}

/** A project of many environments, on a branch and a tag, with an approval and a weekly scan. */
function generated(): string {
  const config = `schemaVersion: 1
project: shop
registry: registry.example
components: { web: { path: web, language: node, kind: static } }
environments: [staging, eu-production]
refs: [{ branch: "feature/*", environment: staging }, { tag: "v*", environment: eu-production }]
gates: { weekly: [dynamic-analysis] }
`
  const environment = (name: string, more = "") =>
    parseEnvironment(
      `schemaVersion: 1\nname: ${name}\nnamespace: shop\nrelease: shop\naccess: { kind: service-proxy, component: web }\n${more}`,
      `${name}.yaml`,
    )
  const environments = {
    staging: environment("staging"),
    "eu-production": environment("eu-production", "protected: true\npromotesFrom: staging\n"),
  }
  const { Jenkinsfile = "" } = wrapperFiles(
    parseConfig(config, "signalbox.yaml"),
    environments,
    "example.com/x@v1",
  )
  return Jenkinsfile
}

describe.runIf(toolboxHas("maven"))("a Jenkinsfile", () => {
  it("of this repository, and of one that calls the module by its address, is Groovy", async () => {
    const own = await readFile(join(repositoryRoot, "Jenkinsfile"), "utf8")
    expect(await parsed({ own, generated: generated() })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Groovy 4\.0\.27 has parsed 2$/m),
    })
  })

  it("with a brace too many is not: it is the parser that says so", async () => {
    const own = await readFile(join(repositoryRoot, "Jenkinsfile"), "utf8")
    const { exitCode, stderr } = await parsed({ broken: own.replace("stages {", "stages {{") })
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain("broken: ")
  })
})
