/** The gate `dependencies` by osv-scanner itself, with the toolchain's own advisories: development included, and never clean without them. */
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const locked = (name: string, version: string, development = false): string =>
  `${JSON.stringify(
    {
      name: "tools",
      lockfileVersion: 3,
      packages: {
        "": { name: "tools", [development ? "devDependencies" : "dependencies"]: { [name]: version } },
        [`node_modules/${name}`]: { version, ...(development ? { dev: true } : {}) },
      },
    },
    undefined,
    2,
  )}\n`

describe.runIf(toolboxHas("osvScanner"))("dependencies", () => {
  let here: Project
  let toolbox: string
  beforeAll(async () => {
    here = await project()
    toolbox = await here.files.read("toolbox.yaml")
    const text = await here.files.read("signalbox.yaml")
    const gates = /^gates:.*$/m.test(text) ? text : `${text}\ngates:\n`
    await here.write({
      "signalbox.yaml": gates.replace(/^gates:.*$/m, (line) => `${line}\n  dependencies: {}`),
    })
    await commitAll(here.files.path)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  async function judge(): Promise<GateResult> {
    const outcome = await here.call(["gates", "--only", "dependencies", "json"])
    expect(finalError(outcome)).toBe("")
    const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
    if (result === undefined) throw new Error("no gate was judged")
    return result
  }
  const remove = (...files: readonly string[]) =>
    Promise.all(files.map((file) => rm(join(here.files.path, file), { recursive: true })))

  it("a project without known vulnerabilities passes, and says of which database and date", async () => {
    const result = await judge()
    expect(result).toMatchObject({
      ...{ verdict: "pass", findings: [] },
      database: { name: "signalbox-fixture", date: expect.stringMatching(/^2024-09-11/) },
    })
    expect(result.figures.packages).toBeGreaterThan(0)
  })

  it("M036 a vulnerable package for development is found, and settings of the tree switch nothing off", async () => {
    await here.write({
      "tools/package-lock.json": locked("json5", "2.2.1", true),
      "tools/osv-scanner.toml": '[[IgnoredVulns]]\nid = "CVE-2022-46175"\nreason = "none"\n',
    })
    const result = await judge()
    await remove("tools")
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [
        {
          ...{ rule: "CVE-2022-46175", severity: "high", subject: "json5@2.2.1" },
          location: { file: "tools/package-lock.json", line: 11 },
          message: expect.stringContaining("for development"),
        },
      ],
    })
  })

  it("M038 a vulnerable jar is found in a lock file of Gradle, and one that a pom names", async () => {
    const pom = [
      "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version>",
      "<dependencies><dependency><groupId>org.apache.logging.log4j</groupId>",
      "<artifactId>log4j-core</artifactId><version>2.14.1</version></dependency></dependencies></project>",
    ]
    await here.write({
      "jobs/gradle.lockfile": "org.apache.commons:commons-text:1.9=runtimeClasspath\nempty=\n",
      "library/pom.xml": `${pom.join("\n")}\n`,
    })
    const result = await judge()
    await remove("jobs", "library")
    const refused = result.findings.filter(({ severity }) => severity === "critical")
    expect(refused.map(({ rule, location }) => [rule, location?.file, location?.line])).toEqual([
      ["CVE-2022-42889", "jobs/gradle.lockfile", 1],
      ["CVE-2021-44228", "library/pom.xml", 3],
    ])
  })

  it("a lock file that is cut off refuses", async () => {
    await here.write({ "tools/package-lock.json": locked("json5", "2.2.2").slice(0, 80) })
    const result = await judge()
    await remove("tools")
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "lock-file-unread", severity: "critical" }],
    })
  })

  it("an ecosystem that the database knows nothing of is an error", async () => {
    await here.write({
      "tools/Cargo.lock": 'version = 4\n\n[[package]]\nname = "time"\nversion = "0.1.43"\n',
    })
    const result = await judge()
    await remove("tools")
    expect(result).toMatchObject({ verdict: "error", summary: expect.stringContaining("crates.io") })
  })

  it("without a database it is an error, and never clean", async () => {
    await here.write({ "toolbox.yaml": toolbox.replace(/\n {2}osv:[^\n]*(?:\n {4}[^\n]*)*/, "") })
    const result = await judge()
    await here.write({ "toolbox.yaml": toolbox })
    expect(result).toMatchObject({ verdict: "error", summary: expect.stringContaining("databases.osv") })
  })

  it("another version of the scanner than the toolbox states is an error", async () => {
    const line = /(\n {2}osvScanner:[^\n]*(?:\n {4}[^\n]*)*?version: )\S+/
    await here.write({ "toolbox.yaml": toolbox.replace(line, "$10.0.1") })
    const result = await judge()
    await here.write({ "toolbox.yaml": toolbox })
    expect(result).toMatchObject({ verdict: "error", summary: expect.stringContaining("0.0.1") })
  })
})
