/** The programs that run beside Maven: what they make of its output, its reports and its files. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, expect, test } from "vitest"
import { mavenReason } from "../../../src/languages/java/reason.ts"
import { compilerLines, withPlaces } from "../../../src/languages/java/run/collect.ts"
import { dependenciesIn } from "../../../src/languages/java/run/dependencies.ts"
import { writeIndex } from "../../../src/languages/java/run/index-database.ts"
import { missingIn } from "../../../src/languages/java/run/maven.ts"
import { unresolved } from "../../../src/languages/java/run/probe.ts"
import { reasonsIn } from "../../../src/languages/java/run/reason.ts"
import { javaKeyStore } from "../../../src/languages/java/run/truststore.ts"

const work = mkdtempSync(join(tmpdir(), "java-run-"))
afterAll(() => rmSync(work, { recursive: true }))

test("a failed compilation is told by its places in the source tree, each once, without Maven's help", () => {
  const line = "[ERROR] /app/rates/src/main/java/Rate.java:[7,12] cannot find symbol"
  const output = [
    line,
    "[INFO] 1 error",
    "[ERROR] Failed to execute goal on project rates: Compilation failure",
    line,
    "[ERROR] -> [Help 1]",
  ].join("\n")
  expect(reasonsIn(output, { root: "/app", place: "tariffs" })).toEqual([
    "tariffs/rates/src/main/java/Rate.java:7:12: cannot find symbol",
  ])
})

test("a parent that nobody has is told with the line that names it", () => {
  const output = `[ERROR] Some problems were encountered while processing the POMs:
[FATAL] Non-resolvable parent POM for org.example:a:1: Could not find artifact org.example:nobody:pom:1 in central and 'parent.relativePath' points at no local POM @ /app/pom.xml, line 5, column 11
[ERROR] The build could not read 1 project -> [Help 1]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.`
  expect(unresolved({ code: 1, output })).toBe("Maven cannot read the project")
  const [, second] = reasonsIn(output, { root: "/app", place: "." })
  expect(second).toMatch(/Non-resolvable parent POM .* @ pom\.xml:5$/)
})

test.each([
  [
    "[ERROR] Could not transfer artifact a:b:jar:1 from/to central: timed out",
    "a repository did not give what the poms name",
  ],
  ["[ERROR] Could not find artifact a:b:jar:1 in central", "the repositories do not have what the poms name"],
  ["[ERROR] Failed to execute goal x:checkstyle: no file config/checkstyle.xml", undefined],
  ["sh: mvn: not found", "Maven did not start"],
])("of a build of the poms alone: %s", (output, expected) => {
  expect(unresolved({ code: 1, output })).toBe(expected)
})

test("what is missing without a network is told apart from what is wrong", () => {
  expect(
    missingIn(
      "[ERROR] Cannot access central in offline mode and the artifact a:b:jar:1 has not been downloaded from it before.",
    ),
  ).toMatch(/a:b:jar:1/)
  expect(missingIn("[ERROR] COMPILATION ERROR :")).toBeUndefined()
})

test("the reason of a job is found among whatever stands after it", () => {
  expect(mavenReason(["[INFO] a", "maven: the build failed", "maven: a.java:1:2: b", "exit code 1"])).toEqual(
    ["the build failed", "a.java:1:2: b"],
  )
  expect(mavenReason(["npm error"])).toBeNull()
})

test("a stack trace leads to the module's own file, beside the component where it is another module's", () => {
  const file = join(work, "rates/src/test/java/org/example/RateTest.java")
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, "")
  const trace = "at org.junit.Assert.fail(Assert.java:89)\n\tat org.example.RateTest.costs(RateTest.java:17)"
  const report = join(work, "rates/target/surefire-reports/TEST-a.xml")
  const told = withPlaces(trace, report, { root: work, component: join(work, "service") })
  expect(told).toContain("(Assert.java:89)")
  expect(told).toContain("at org.example.RateTest.costs(../rates/src/test/java/org/example/RateTest.java:17)")
})

test("messages of the compiler get places beside the component", () => {
  const job = { root: "/app", component: "/app/service" }
  expect(
    compilerLines(
      "[ERROR] /app/service/src/A.java:[3,1] a\n[WARNING] /app/rates/src/B.java:[1] b\n[ERROR] /usr/C.java:[1,1] c",
      job,
    ),
  ).toBe("[ERROR] src/A.java:[3,1] a\n[WARNING] ../rates/src/B.java:[1] b\n[ERROR] /usr/C.java:[1,1] c\n")
})

test("Maven's list of dependencies is read whole, or not at all", () => {
  const text = `
The following files have been resolved:
   org.slf4j:slf4j-api:jar:2.0.17:compile:/m2/org/slf4j/slf4j-api/2.0.17/slf4j-api-2.0.17.jar -- module org.slf4j
   io.netty:netty-transport-native-epoll:jar:linux-x86_64:4.1.128.Final:runtime:/m2/x.jar -- module io.netty [auto]
   org.junit.jupiter:junit-jupiter:jar:5.12.2:test:/m2/j.jar (optional)
`
  expect(
    dependenciesIn(text).map(({ artifact, version, scope }) => `${artifact} ${version} ${scope}`),
  ).toEqual([
    "slf4j-api 2.0.17 compile",
    "netty-transport-native-epoll 4.1.128.Final runtime",
    "junit-jupiter 5.12.2 test",
  ])
  expect(() => dependenciesIn("   something else\n")).toThrow(/nobody can read: something else/)
  expect(dependenciesIn("   none\n")).toEqual([])
})

test("a jar is known by its digest in the database that Trivy reads", () => {
  const directory = join(work, "index")
  const one = { group: "org.slf4j", artifact: "slf4j-api", version: "2.0.17", sha1: "0a".repeat(20) }
  writeIndex([one, one], directory)
  const database = new DatabaseSync(join(directory, "trivy-java.db"), { readOnly: true })
  const row = database
    .prepare(
      "SELECT a.group_id, a.artifact_id, i.version, i.archive_type FROM indices i JOIN artifacts a ON a.id = i.artifact_id WHERE i.sha1 = ?",
    )
    .all(Buffer.from(one.sha1, "hex"))
  database.close()
  expect(row).toMatchObject([
    { group_id: "org.slf4j", artifact_id: "slf4j-api", version: "2.0.17", archive_type: "jar" },
  ])
  expect(JSON.parse(readFileSync(join(directory, "metadata.json"), "utf8"))).toMatchObject({ Version: 1 })
})

test("equal bundles of authorities give equal stores, with each certificate once", () => {
  const pem = (text: string) =>
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(text).toString("base64")}\n-----END CERTIFICATE-----\n`
  const store = javaKeyStore(pem("one") + pem("two") + pem("one"))
  expect(store).toEqual(javaKeyStore(`# a comment\n${pem("one")}${pem("two")}`))
  expect([store.readUInt32BE(0), store.readUInt32BE(4), store.readUInt32BE(8)]).toEqual([0xfeedfeed, 2, 2])
})

test("a message that names only a line is told with the pom that Maven names below it", () => {
  const output = [
    "[INFO] Scanning for projects...",
    "[ERROR] [ERROR] Some problems were encountered while processing the POMs:",
    "[FATAL] Non-resolvable parent POM for org.example:a:1: no artifact and 'parent.relativePath' points at no local POM @ line 5, column 11",
    " @ ",
    "[ERROR] The build could not read 1 project -> [Help 1]",
    "[ERROR]   ",
    "[ERROR]   The project org.example:a:1 (/app/pom.xml) has 1 error",
    "[ERROR]     Non-resolvable parent POM for org.example:a:1: no artifact and 'parent.relativePath' points at no local POM @ line 5, column 11 -> [Help 2]",
  ].join("\n")
  const reasons = reasonsIn(output, { root: "/app", place: "." })
  expect(reasons.filter((line) => line.includes("parent POM"))).toEqual([
    "Non-resolvable parent POM for org.example:a:1: no artifact and 'parent.relativePath' points at no local POM @ pom.xml:5",
  ])
})
