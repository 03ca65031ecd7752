/** What the poms of a source tree tell of a component: its reactor, its versions, its checks, what it is made of. */
import { describe, expect, test } from "vitest"
import { SignalboxError } from "../../../src/domain/index.ts"
import type { SourceTree } from "../../../src/languages/detected.ts"
import { assertJar, assertJava, assertMaven, wrapperVersion } from "../../../src/languages/java/buildable.ts"
import { checksOf } from "../../../src/languages/java/checks.ts"
import { detect } from "../../../src/languages/java/detect.ts"
import { lintGoals, packageGoals, testGoals } from "../../../src/languages/java/goals.ts"
import { lockFileOf } from "../../../src/languages/java/packages.ts"
import { type Project, projectOf } from "../../../src/languages/java/project.ts"
import { foreign } from "../../../src/languages/java/sources.ts"
import { compareVersions, isInRange, javaNumber } from "../../../src/languages/java/versions.ts"

const boot = `<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>`

function pom(artifact: string, inside = "", parent = "shop"): string {
  const above =
    parent === "" ? "" : `<parent><artifactId>${parent}</artifactId><version>1</version></parent>\n`
  return `<project>\n${above}<artifactId>${artifact}</artifactId>\n${inside}\n</project>\n`
}

const names = (...artifacts: readonly string[]) =>
  `<dependencies>${artifacts.map((one) => `<dependency><artifactId>${one}</artifactId></dependency>`).join("")}</dependencies>`

const shop: Readonly<Record<string, string>> = {
  "pom.xml": pom(
    "shop",
    `<packaging>pom</packaging>
<modules><module>prices</module><module>orders</module><module>mails</module></modules>
<properties>
<java.version>17</java.version>
</properties>`,
    "",
  ),
  "prices/pom.xml": pom("shop-prices"),
  "orders/pom.xml": pom("shop-orders", `${names("shop-prices")}<build><plugins>${boot}</plugins></build>`),
  "mails/pom.xml": pom("shop-mails"),
}

const read = (files: Readonly<Record<string, string>>) => async (file: string) => files[file]
const project = (path: string, files = shop): Promise<Project> => projectOf("web", path, read(files))

function refusal(check: () => void): string {
  try {
    check()
  } catch (thrown) {
    if (thrown instanceof SignalboxError) return thrown.message
    throw thrown
  }
  return ""
}

describe("a module of a reactor", () => {
  test("is built from the outermost directory whose modules lead to it, with what it names alone", async () => {
    const found = await project("orders")
    expect(found.root).toBe(".")
    expect(found.modules.map(({ file }) => file)).toEqual([
      "pom.xml",
      "prices/pom.xml",
      "orders/pom.xml",
      "mails/pom.xml",
    ])
    expect(found.chain.map(({ file }) => file)).toEqual(["orders/pom.xml", "pom.xml"])
    expect(new Set(found.needed)).toEqual(new Set(["orders", "prices", "."]))
    expect(foreign(found)).toEqual(["mails"])
  })

  test("that no pom above it lists is built by itself, with its parent where that lies elsewhere", async () => {
    const files = {
      "parent/pom.xml": pom("common", "<packaging>pom</packaging>", ""),
      "app/pom.xml": `<project><parent><artifactId>common</artifactId><relativePath>../parent</relativePath></parent><artifactId>app</artifactId></project>`,
    }
    const found = await project("app", files)
    expect(found).toMatchObject({ root: "app", needed: ["app"] })
    expect(found.parents.map(({ file }) => file)).toEqual(["parent/pom.xml"])
  })

  test("whose directory has no pom is told with the place that says so", async () => {
    await expect(project("ordres")).rejects.toThrow(
      /CONFIG_INVALID: there is no ordres\/pom\.xml in the source[\s\S]*components\.web\.path/,
    )
  })

  test("whose pom is no XML is told by its line", async () => {
    await expect(project("a", { "a/pom.xml": "<project>\n<modules>\n</project>" })).rejects.toThrow(
      /a\/pom\.xml:3/,
    )
  })
})

describe("what cannot be built", () => {
  test("a parent of modules is told with its modules", async () => {
    const found = await project(".")
    const told = refusal(() => assertJar("web", found))
    expect(told).toMatch(/the packaging of pom\.xml is pom/)
    expect(told).toMatch(/pom\.xml:3/)
    expect(told).toMatch(/its modules are prices, orders, mails/)
  })

  test("another Java than the toolbox has is told where the project asks for it", async () => {
    const older = await project("orders")
    expect(refusal(() => assertJava("web", older, "17.0.15"))).toBe("")
    const newer = await project("orders", {
      ...shop,
      "pom.xml": (shop["pom.xml"] ?? "").replace("<java.version>17<", "<java.version>21<"),
    })
    expect(refusal(() => assertJava("web", newer, "17.0.15"))).toMatch(
      /CONFIG_INVALID: web does not run on Java 17\.0\.15[\s\S]*pom\.xml:6[\s\S]*it asks for 21, and the toolbox has 17\.0\.15/,
    )
  })

  test("maven-enforcer's requireJavaVersion is held, too", async () => {
    const enforcer = (range: string) =>
      `<build><plugins>\n<plugin><artifactId>maven-enforcer-plugin</artifactId><executions><execution><configuration><rules>\n<requireJavaVersion><version>${range}</version></requireJavaVersion></rules></configuration></execution></executions></plugin>\n</plugins></build>`
    const told = async (range: string) => {
      const found = await project("a", { "a/pom.xml": pom("a", enforcer(range), "") })
      return refusal(() => assertJava("web", found, "17.0.15"))
    }
    expect(await told("[17,)")).toBe("")
    expect(await told("[21,)")).toMatch(/a\/pom\.xml:5[\s\S]*it asks for \[21,\)/)
  })

  test.each([
    ["3.9.9", ""],
    ["3.9.16", ""],
    ["3.8.6", ""],
    ["3.9.17", "3.9.17"],
    ["4.0.0-rc-5", "4.0.0-rc-5"],
  ])("a wrapper of Maven %s, which the toolbox may lack", async (version, wanted) => {
    const text = `wrapperVersion=3.3.2\ndistributionUrl=https://repo.example.org/maven2/org/apache/maven/apache-maven/${version}/apache-maven-${version}-bin.zip\n`
    const found = wrapperVersion(text, ".mvn/wrapper/maven-wrapper.properties")
    expect(found).toMatchObject({ value: version, line: 2 })
    const told = refusal(() => assertMaven(found, "3.9.16"))
    if (wanted === "") expect(told).toBe("")
    else expect(told).toMatch(/maven-wrapper\.properties:2[\s\S]*the toolbox has 3\.9\.16/)
  })
})

describe("versions", () => {
  test.each([
    ["17.0.15", "[17,18)", true],
    ["17.0.15", "17", true],
    ["17.0.15", "[11,17]", false],
    ["17.0.15", "(,17)", false],
    ["17.0.15", "[21,)", false],
    ["17.0.15", "[17]", true],
    ["17.0.15", "[8,9),[17,18)", true],
    ["17.0.15", "seventeen", undefined],
  ])("%s in %s: %s", (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected)
  })

  test("are ordered by numbers, and one that is not final comes before it", () => {
    expect(compareVersions("3.9.16", "3.9.9")).toBeGreaterThan(0)
    expect(compareVersions("4.0.0-rc-5", "4.0.0")).toBeLessThan(0)
    expect(compareVersions("3.9", "3.9.0")).toBe(0)
    expect([javaNumber("1.8"), javaNumber("17.0.15"), javaNumber("seventeen")]).toEqual([8, 17, undefined])
  })
})

describe("checks", () => {
  const job = { root: "/app", component: "/app/orders", place: ".", authorities: "/ca.crt", out: "/out" }
  const configured = (plugins: string) =>
    project("a", { "a/pom.xml": pom("a", `<build><plugins>${plugins}</plugins></build>`, "") })

  test("that no pom in the source configures do not apply, and what was not looked at is said", async () => {
    const files = { "a/pom.xml": pom("a", "", "corporate") }
    const checks = checksOf({ project: await project("a", files), hasTests: true, job, maven: "3.9.16" })
    const unseen = "in a/pom.xml (corporate 1 was not looked at)"
    expect(checks).toMatchObject({
      typecheck: { tool: { name: "maven", version: "3.9.16" }, report: { format: "maven" } },
      lint: { notApplicable: `no maven-checkstyle-plugin ${unseen}` },
      unit: { report: { format: "junit", path: "junit/*.xml" } },
      coverage: { notApplicable: `no jacoco-maven-plugin ${unseen}` },
    })
  })

  test("unit tests and coverage are one run", async () => {
    const found = await configured("<plugin><artifactId>jacoco-maven-plugin</artifactId></plugin>")
    const { unit, coverage } = checksOf({ project: found, hasTests: true, job, maven: "3.9.16" })
    expect(unit).toHaveProperty("command")
    expect(coverage).toMatchObject({
      command: "command" in unit ? unit.command : [],
      report: { format: "jacoco" },
    })
    expect(testGoals(found)).toContain("org.jacoco:jacoco-maven-plugin:report")
  })

  test("Checkstyle judges by the project's own execution", async () => {
    const plugin = (inside: string) =>
      `<plugin><artifactId>maven-checkstyle-plugin</artifactId>${inside}</plugin>`
    const execution =
      "<executions><execution><id>style</id><goals><goal>check</goal></goals></execution></executions>"
    expect(lintGoals(await configured(plugin(execution)))).toEqual([
      "org.apache.maven.plugins:maven-checkstyle-plugin:check@style",
    ])
    expect(lintGoals(await configured(plugin("")))).toEqual([
      "org.apache.maven.plugins:maven-checkstyle-plugin:check",
    ])
  })

  test("without tests there are none, and integration tests run where Failsafe is configured", async () => {
    const checks = checksOf({ project: await configured(""), hasTests: false, job, maven: "3.9.16" })
    const none = { notApplicable: expect.stringContaining("src/test") }
    expect([checks.unit, checks.coverage]).toEqual([none, none])
    expect(
      testGoals(await configured("<plugin><artifactId>maven-failsafe-plugin</artifactId></plugin>"))[0],
    ).toBe("verify")
  })

  test("the time of a jar's entries is the project's own, where it has one", async () => {
    const stamped = `<properties><project.build.outputTimestamp>2024-01-01T00:00:00Z</project.build.outputTimestamp></properties>`
    const own = await project("a", { "a/pom.xml": pom("a", stamped, "") })
    expect(packageGoals(own).join(" ")).not.toContain("outputTimestamp")
    expect(packageGoals(await project("orders"))).toContain(
      "-Dproject.build.outputTimestamp=2000-01-01T00:00:00Z",
    )
  })
})

test("detection names the module that starts, why, and what its files say", async () => {
  const files: Readonly<Record<string, string>> = {
    ...shop,
    "orders/src/main/resources/application.properties": "server.port=9090\n",
    "orders/pom.xml": (shop["orders/pom.xml"] ?? "").replace(
      names("shop-prices"),
      names("shop-prices", "spring-boot-starter-actuator"),
    ),
  }
  const tree: SourceTree = { paths: Object.keys(files), read: async (path) => files[path] ?? "" }
  expect(await detect(tree)).toEqual([
    {
      path: "orders",
      because: "orders/pom.xml:4 has spring-boot-maven-plugin",
      settings: [
        {
          setting: "port",
          value: 9090,
          because: "orders/src/main/resources/application.properties: server.port",
        },
        {
          setting: "health",
          value: "/actuator/health",
          because: "orders/pom.xml has spring-boot-starter-actuator",
        },
      ],
    },
  ])
})

test("detection names the modules with a class to start, where their parent has the plugin for all of them", async () => {
  const start = "package shop;\n\n@SpringBootApplication\npublic class MailsApplication {}\n"
  const parent = (shop["pom.xml"] ?? "").replace(
    "</project>",
    `<profiles><profile><build><plugins>${boot}</plugins></build></profile></profiles></project>`,
  )
  const files: Readonly<Record<string, string>> = {
    ...{ ...shop, "pom.xml": parent, "orders/pom.xml": pom("shop-orders") },
    "mails/src/main/java/shop/MailsApplication.java": start,
    "prices/src/main/java/shop/PricesApp.java": "// as @SpringBootApplication has it\nclass PricesApp {}\n",
    "orders/src/test/java/shop/OrdersApplication.java": start,
  }
  const tree: SourceTree = { paths: Object.keys(files), read: async (path) => files[path] ?? "" }
  expect(await detect(tree)).toEqual([
    {
      path: "mails",
      because:
        "mails/src/main/java/shop/MailsApplication.java has @SpringBootApplication, and pom.xml spring-boot-maven-plugin",
      settings: [],
    },
  ])
})

test("packages are named once each, in a form that needs no network to be read", () => {
  const one = { group: "org.slf4j", artifact: "slf4j-api", version: "2.0.17", sha1: "a".repeat(40) }
  expect(lockFileOf([one, { ...one, sha1: "b".repeat(40) }])).toBe(
    "org.slf4j:slf4j-api:2.0.17=runtimeClasspath\n",
  )
})
