/**
 * A Spring Boot service that is one module of a Maven reactor: how it is judged, what its image is, what runs again after an
 * edit, and what is said of one that cannot be built.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import {
  imageOf,
  judged,
  packagesIn,
  pathsIn,
  seconds,
  summaries,
  toolboxHas,
} from "./support/built-language.ts"
import { type Project, project, told } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"

// Maven downloads everything for the first time.
vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

let here: Project
const built = () => here.call(["build", "sizes"], { timeout: seconds })
const of = (report: GateReportData, name: string): GateResult | undefined =>
  report.gates.find(({ gate }) => gate === name)

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await here.files.read(file)
  expect(text).toContain(from)
  await here.write({ [file]: text.replace(from, to) })
}

const controller = "service/src/main/java/org/example/tariffs/service/TariffController.java"
const rate = "rates/src/main/java/org/example/tariffs/rates/Rate.java"

describe.runIf(toolboxHas("maven"))("a service in Java", () => {
  beforeAll(async () => {
    here = await project("tariffs-staging", "tariffs")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("is judged by what its poms configure, and its jars are all known to the scan", async () => {
    const report = await judged(here)
    expect(summaries(report)).toMatchObject({
      typecheck: expect.stringMatching(/^pass: web: \d+ files/),
      lint: expect.stringMatching(/^pass: web: \d+ files/),
      unit: "pass: web: 3 passed, 1 skipped",
      coverage: expect.stringMatching(/^pass: web: \d+\.\d\d % of 60 % required/),
      images: expect.stringMatching(/^pass: web: \d+\.\d\d MB of 180\.00 MB/),
      vulnerabilities: expect.stringMatching(/^(?:pass|fail): web: \d+ packages of the application/),
    })
    expect(of(report, "vulnerabilities")?.figures.packages).toBeGreaterThan(20)
  })

  it("runs as 1001 without a shell, by a runtime of its own", async () => {
    const image = await imageOf(here, "web")
    expect(image).toMatchObject({ user: "1001:1001", title: "web" })
    expect(image.entrypoint).toEqual(expect.arrayContaining(["/opt/java/bin/java", "-jar", "app.jar"]))
    expect(image.bytes).toBeLessThan(180_000_000)
    const paths = await pathsIn(here, "web")
    expect(paths.filter((path) => /(?:^|\/)(?:sh|bash|mvn|javac|apt)$/.test(path))).toEqual([])
  })

  it("answers where nothing but /tmp can be written, by its own user", async () => {
    expect(
      await answersReadOnly(here, { component: "web", port: 8080, path: "/actuator/health/readiness" }),
    ).toMatchObject({
      ...{ status: 200, user: "1001:1001", needless: [] },
    })
  })

  it("names its jars in its SBOM", async () => {
    expect(await packagesIn(here, "web")).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/spring-web/),
        expect.stringMatching(/tomcat-embed-core/),
      ]),
    )
  })

  it("downloads nothing again after an edit of its sources", async () => {
    await edit(controller, "{@code GET /price/120}.", "{@code GET /price/120}, in cents.")
    const outcome = await built()
    expect(finalError(outcome)).toBe("")
    expect(`${outcome.stdout}${outcome.stderr}`).not.toMatch(/downloaded now:|Downloading from/)
  })

  it("has an error of its compiler, its linter and its tests told by file and line, also in another module", async () => {
    await edit(rate, "return (long) within * base", "return (long) inside * base")
    const broken = of(await judged(here, "--only", "typecheck"), "typecheck")
    expect(broken).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "javac", location: { file: rate, line: 12 } }],
    })
    await edit(rate, "return (long) inside * base", "return (long) within * base + 1")
    expect(of(await judged(here, "--only", "unit"), "unit")?.findings[0]).toMatchObject({
      rule: "test-failed",
      location: { file: "rates/src/test/java/org/example/tariffs/rates/RateTest.java" },
    })
    await edit(rate, "within * base + 1", "within * base")
    await edit(controller, "import java.util.Map;", "import java.util.Map;\nimport java.util.List;")
    expect(of(await judged(here, "--only", "lint"), "lint")).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "UnusedImports", location: { file: controller, line: 4 } }],
    })
    await edit(controller, "\nimport java.util.List;", "")
  })
})

describe.runIf(toolboxHas("maven"))("one that cannot be built", () => {
  beforeAll(async () => {
    here = await project("tariffs-staging", "tariffs")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("is told by component and line: a compile error", async () => {
    await edit(controller, "Map.of(", "Map.off(")
    const outcome = await built()
    expect(outcome.code).not.toBe(0)
    expect(finalError(outcome)).toMatch(
      new RegExp(`image of web could not be built[\\s\\S]*${controller}:\\d+`),
    )
    await edit(controller, "Map.off(", "Map.of(")
  })

  it("is told by the line: another Java", async () => {
    await edit("pom.xml", "<java.version>17<", "<java.version>21<")
    const outcome = await built()
    expect(outcome.code).toBe(13)
    expect(told(finalError(outcome))).toMatchObject({ where: "pom.xml:23" })
    await edit("pom.xml", "<java.version>21<", "<java.version>17<")
  })

  it("is told by the line: nothing that starts", async () => {
    await edit("service/pom.xml", "<artifactId>spring-boot-maven-plugin<", "<artifactId>maven-jar-plugin<")
    await edit(
      "service/pom.xml",
      "<groupId>org.springframework.boot</groupId>\n        <artifactId>maven-jar",
      "<groupId>org.apache.maven.plugins</groupId>\n        <artifactId>maven-jar",
    )
    const outcome = await built()
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(/the jar of web starts nothing[\s\S]*service\/pom\.xml:\d+/)
    await edit(
      "service/pom.xml",
      "<groupId>org.apache.maven.plugins</groupId>\n        <artifactId>maven-jar",
      "<groupId>org.springframework.boot</groupId>\n        <artifactId>maven-jar",
    )
    await edit("service/pom.xml", "<artifactId>maven-jar-plugin<", "<artifactId>spring-boot-maven-plugin<")
  })

  it("is told by the line: a parent that nobody has", async () => {
    await edit("pom.xml", "<version>3.5.7</version>", "<version>3.5.7-nobody</version>")
    const outcome = await built()
    expect(outcome.code).not.toBe(0)
    expect(finalError(outcome)).toMatch(/Non-resolvable parent POM[\s\S]*pom\.xml:\d+/)
    await edit("pom.xml", "<version>3.5.7-nobody</version>", "<version>3.5.7</version>")
  })

  it("is told by its path: no pom", async () => {
    await edit("signalbox.yaml", "path: service", "path: servicio")
    const outcome = await built()
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(/there is no servicio\/pom\.xml[\s\S]*components\.web\.path/)
  })
})
