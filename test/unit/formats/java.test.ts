/** What Maven prints of javac, and Checkstyle's XML, by the one reader of findings. */
import { describe, expect, test } from "vitest"
import { readFindings } from "../../../src/gates/formats/findings.ts"

const component = { name: "web", path: "tariffs/service", workdir: "/app" }
const read = (format: "maven" | "checkstyle", text: string) => readFindings(format, [text], component)

describe("maven", () => {
  const error = "[ERROR] src/main/java/A.java:[12,5] cannot find symbol"
  const failed = `[INFO] Compiling 3 source files with javac [debug release 17] to target/classes
[INFO] -------------------------------------------------------------
[ERROR] COMPILATION ERROR :
${error}
  symbol:   variable inside
  location: class A
[INFO] 1 error
[INFO] BUILD FAILURE
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.14.1:compile (default-compile) on project a: Compilation failure
${error}
[ERROR]   symbol:   variable inside
[ERROR]   location: class A
[ERROR] -> [Help 1]
`

  test("an error is one finding, although Maven tells it twice", () => {
    expect(read("maven", failed)).toEqual({
      findings: [
        {
          rule: "javac",
          severity: "high",
          message: "cannot find symbol; symbol: variable inside; location: class A",
          location: { file: "tariffs/service/src/main/java/A.java", line: 12, column: 5 },
          component: "web",
          subject: "cannot find symbol; symbol: variable inside; location: class A",
        },
      ],
      problems: [],
      files: 3,
      ignored: 0,
      suppressed: 0,
    })
  })

  test("another module's file is told where it lies", () => {
    const text = failed.replaceAll("src/main/java/A.java", "../rates/src/main/java/B.java")
    expect(read("maven", text).findings).toMatchObject([
      { location: { file: "tariffs/rates/src/main/java/B.java", line: 12 } },
    ])
  })

  test("a build that fails of something else has judged nothing", () => {
    const text =
      "[INFO] BUILD FAILURE\n[ERROR] Failed to execute goal a:b:1:run (x) on project web: no such file -> [Help 1]\n"
    expect(read("maven", text)).toMatchObject({
      findings: [],
      problems: [expect.stringMatching(/no such file$/)],
    })
    expect(read("maven", "cannot start\n").problems).toEqual(["it is no output of Maven"])
  })

  test("warnings are told, and refuse nothing", () => {
    const text =
      "[INFO] Compiling 1 source file with javac\n[WARNING] src/A.java:[3,1] [deprecation] stop() has been deprecated\n[INFO] BUILD SUCCESS\n"
    expect(read("maven", text)).toMatchObject({
      findings: [{ rule: "javac-warning", severity: "info" }],
      files: 1,
      problems: [],
    })
  })
})

describe("checkstyle", () => {
  const report = `<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="9.3">
<file name="src/main/java/A.java">
<error line="4" column="8" severity="error" message="Unused import - java.util.List." source="com.puppycrawl.tools.checkstyle.checks.imports.UnusedImportsCheck"/>
<error line="9" severity="warning" message="Line is longer than 120 characters." source="com.puppycrawl.tools.checkstyle.checks.sizes.LineLengthCheck"/>
</file>
<file name="src/main/java/B.java">
</file>
</checkstyle>`

  test("errors refuse, and warnings are told, each by rule, file and line", () => {
    expect(read("checkstyle", report)).toMatchObject({
      findings: [
        {
          rule: "UnusedImports",
          severity: "high",
          location: { file: "tariffs/service/src/main/java/A.java", line: 4, column: 8 },
        },
        { rule: "LineLength", severity: "info", location: { line: 9 } },
      ],
      problems: [],
      files: 2,
    })
  })

  test("a file that it could not look at is a problem", () => {
    const text =
      '<checkstyle version="9.3"><file name="A.java"><exception><![CDATA[CheckstyleException: A.java:3:1\nat b]]></exception></file></checkstyle>'
    expect(read("checkstyle", text).problems).toEqual([
      "it could not look at everything: CheckstyleException: A.java:3:1",
    ])
  })

  test.each(["", "<html/>", '<checkstyle><file name="a"><error line="x"/></file></checkstyle>'])(
    "%j is no report",
    (text) => {
      expect(() => read("checkstyle", text)).toThrow(/OUTPUT_UNREADABLE/)
    },
  )
})
