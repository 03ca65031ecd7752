/** The gate `dependencies` over what osv-scanner really left (test/recorded/osv-scanner). */

import { readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { gateContexts } from "../../../../src/domain/index.ts"
import { requiredByDefault } from "../../../../src/gates/catalogue.ts"
import { knownForms, lockFilesIn } from "../../../../src/gates/dependencies/lock-files.ts"
import { readScan, type ScannedLock } from "../../../../src/gates/dependencies/read.ts"
import { halfKnown } from "../../../../src/gates/dependencies/unjudged.ts"
import { unseen } from "../../../../src/gates/dependencies/unseen.ts"
import { toolRuleNamed } from "../../../../src/gates/engine/tool-rules.ts"
import { comparison, corpusOf, mutations, placesOf } from "../support/linter.ts"
import { database, ecosystems, judge, recorded, textOf, tool, withFile } from "./support.ts"

const lock = { directories: { web: "web" } }

describe("osv-scanner's real exits", () => {
  test("clean names the database and its date, and counts packages for development", () => {
    expect(judge(recorded("clean"))).toMatchObject({
      ...{ findings: [], errors: [], database },
      summary: "1 lock files, 2 packages, 1 of them for development",
      tools: [tool],
    })
  })

  test("a finding has the CVE by which the image's scan calls it, its other names, package, fix and file", () => {
    const { findings } = judge(recorded("findings", lock))
    expect(findings.find(({ subject }) => subject === "minimist@1.2.5")).toEqual({
      rule: "CVE-2021-44906",
      severity: "critical",
      message: "minimist@1.2.5: Prototype Pollution in minimist (GHSA-xvch-5gv4-984h)",
      location: { file: "web/package-lock.json" },
      component: "web",
      fix: "update minimist to 1.2.6",
      help: "https://osv.dev/vulnerability/GHSA-xvch-5gv4-984h",
      subject: "minimist@1.2.5",
    })
  })

  test("M036 a package for development is found and marked; settings of the tree ignore nothing and are counted", () => {
    const scan = recorded("findings", { settingsFiles: ["osv-scanner.toml", "web/osv-scanner.toml"] })
    const { findings, summary } = judge(scan)
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["CVE-2022-46175", "high"],
      ["CVE-2021-44906", "critical"],
    ])
    expect(findings[0]?.message).toContain("json5@2.2.1, for development: ")
    expect(summary).toContain("2 osv-scanner.toml not obeyed")
  })

  test("a lock file without packages is clean, alone and beside others", () => {
    expect(judge(recorded("no-packages"))).toMatchObject({ findings: [], errors: [] })
    expect(judge(recorded("beside-no-packages"))).toMatchObject({
      findings: [],
      errors: [],
      figures: { packages: 1 },
    })
  })

  test("lock files that cannot be read refuse, whatever the thresholds say, and the others are judged", () => {
    for (const failOn of [["critical"], ["low"]] as const) {
      const { findings } = judge(recorded("unreadable"), { failOn: [...failOn] })
      expect(findings.filter(({ rule }) => rule === "lock-file-unread")).toMatchObject([
        {
          severity: "critical",
          location: { file: "a/package-lock.json" },
          message: expect.stringContaining("unexpected EOF"),
        },
        {
          severity: "critical",
          location: { file: "c/go.mod" },
          message: expect.stringContaining("unknown directive"),
        },
      ])
      expect(placesOf(findings)).toContain("b/package-lock.json:undefined CVE-2021-44906")
    }
  })

  test("one that is cut off is told once, although its text is no JSON either", () => {
    const cut = recorded("unreadable", { texts: { "a/package-lock.json": '{ "lockfileVersion": 3, "pack' } })
    const told = judge(cut).findings.filter(({ rule }) => rule === "lock-file-unread")
    expect(told.map(({ location }) => location?.file)).toEqual(["a/package-lock.json", "c/go.mod"])
  })

  test.each([
    ["no-database", "could not load db for Go ecosystem"],
    ["damaged-database", "not a valid zip file"],
    ["crash", "flag provided but not defined"],
    ["time-out", "did not end within"],
    ["missing", "could not be started"],
  ])("%s is an error", (name, why) => {
    expect(judge(recorded(name))).toMatchObject({ findings: [], errors: [expect.stringContaining(why)] })
  })

  test("an advisory of the database that cannot be read is an error, though the report looks clean of it", () => {
    const { errors, findings } = judge(recorded("damaged-advisory"))
    expect(errors).toEqual([expect.stringContaining("GHSA-xvch-5gv4-984h.json is not a valid JSON file")])
    expect(findings.map(({ rule }) => rule)).toEqual(["CVE-2022-46175"])
  })

  test("an ecosystem that the database knows nothing of is an error that names its lock files", () => {
    const scan = recorded("clean", {
      ecosystems: ["npm"],
      paths: ["package-lock.json", "go.mod", "sub/go.mod"],
    })
    expect(judge(scan).errors).toContain(
      "the database has no advisories for Go (Go.zip): go.mod, sub/go.mod not looked up",
    )
  })

  test("a package that was published to do harm is critical, though nobody has rated it; a withdrawn advisory is none", () => {
    expect(judge(recorded("harmful")).findings).toMatchObject([
      {
        rule: "MAL-2024-1",
        severity: "critical",
        subject: "left-pat@1.0.0",
        fix: "no fixed version is known",
      },
    ])
    expect(toolRuleNamed("MAL-2024-1")?.readOn).toBe("https://osv.dev/vulnerability/MAL-2024-1")
  })

  test("a package for development and for production counts as for production", () => {
    const { findings } = judge(recorded("poetry"), {
      failOn: ["medium"],
      development: { failOn: ["critical"] },
    })
    expect(findings.map(({ subject, severity }) => [subject, severity])).toEqual([
      ["jinja2@3.1.2", "info"],
      ["urllib3@2.0.5", "medium"],
    ])
  })

  test("requirements without an exact version refuse at their line; what a file leads to is judged with it", () => {
    const text = "-r more.in\nflask\njinja2>=3.0\nPyYAML==5.3\n"
    const scan = recorded("without-version", {
      texts: { "requirements.txt": text, "more.in": "urllib3==2.0.5\n" },
    })
    const { findings, summary } = judge(scan)
    expect(placesOf(findings.filter(({ rule }) => rule === "version-unknown"))).toEqual([
      "requirements.txt:2 version-unknown",
      "requirements.txt:3 version-unknown",
    ])
    expect(findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["CVE-2020-14343", "CVE-2023-43804"]),
    )
    expect(summary).toContain("1 of the source itself or without a version not looked up")
  })

  test("a version that stands in a requirement file, and that the scanner did not see, refuses at its line", () => {
    const texts = {
      "requirements.txt": "-r more.in\nPyYAML==5.3\nflask==1.0\n",
      "more.in": "urllib3==2.0.5\n",
    }
    const { findings } = judge(recorded("without-version", { texts }))
    expect(placesOf(findings.filter(({ rule }) => rule === "version-unknown"))).toEqual([
      "requirements.txt:3 version-unknown",
    ])
  })

  test("a requirement file that leads to an address refuses", () => {
    const texts = { "requirements.txt": "--requirement=https://host.example/a.txt\n" }
    expect(judge(recorded("without-version", { texts })).findings).toContainEqual(
      expect.objectContaining({
        rule: "lock-file-unread",
        message: expect.stringContaining("it leads to an address: https://host.example/a.txt"),
      }),
    )
  })

  test("a package of production that a file for development names as well is found in both", () => {
    const far = `PyYAML \\\n ${"\\\n ".repeat(5)}==5.3\n`
    const paths = ["requirements.txt", "requirements-dev.txt"]
    const texts = {
      "requirements.txt": `-r requirements-dev.txt\n${far}`,
      "requirements-dev.txt": "PyYAML==5.3\n",
    }
    const scan = { ...recorded("without-version", { texts, paths }) }
    const looked = JSON.parse(textOf(scan, "looked.json"))
    looked.batches[0].files = paths
    const report = JSON.parse(textOf(scan, "report-1.json"))
    const [first] = report.results
    report.results.push({ ...first, source: { ...first.source, path: "/tree/requirements-dev.txt" } })
    const log = textOf(scan, "log-1.txt")
    const both = [
      ["looked.json", JSON.stringify(looked)],
      ["report-1.json", JSON.stringify(report)],
      ["log-1.txt", `${log}${log.split("\n")[0]?.replace("requirements.txt", "requirements-dev.txt")}\n`],
    ] as const
    const { findings } = judge(both.reduce((one, [file, text]) => withFile(one, file, text), scan))
    expect(
      findings.filter(({ rule }) => rule === "CVE-2020-14343").map(({ location }) => location?.file),
    ).toEqual(["requirements.txt", "requirements-dev.txt"])
  })

  test("M038 packages that Maven resolved are judged by these, at the pom; those for tests are marked", () => {
    const coordinates = [
      ["org.apache.logging.log4j:log4j-core", "2.14.1", false],
      ["org.apache.commons:commons-text", "1.9", true],
      ["junit:junit", "4.13.2", true],
    ] as const
    const list = coordinates.map(([name, version, development]) => ({ name, version, development }))
    const resolved = [
      { component: "api", file: "api/pom.xml", packages: { ecosystem: "Maven", packages: list } },
    ]
    const pom =
      "<dependency>\n<groupId>org.apache.logging.log4j</groupId>\n<artifactId>log4j-core</artifactId>\n<version>2.14.1</version>\n"
    const about = {
      directories: { api: "api" },
      resolved,
      paths: ["api/pom.xml"],
      texts: { "api/pom.xml": pom },
    }
    const { findings, errors } = judge(recorded("resolved", about))
    expect(errors).toEqual([])
    expect(placesOf(findings)).toEqual([
      "api/pom.xml:3 CVE-2021-44228",
      "api/pom.xml:undefined CVE-2022-42889",
    ])
    expect(findings.find(({ rule }) => rule === "CVE-2022-42889")?.message).toContain(
      "commons-text@1.9, for development",
    )
  })
})

test("the scanner reads each form that is given to it, and says of some what is for development", () => {
  const all = [...ecosystems, "Hex", "Packagist", "Pub", "RubyGems", "crates.io"]
  const read = (name: string) => readScan(tool, recorded(name, { ecosystems: all })).scanned
  const scanned = [...read("forms"), ...read("corpus"), ...read("poetry")]
  expect(new Set(scanned.map(({ form }) => form))).toEqual(new Set(knownForms))
  expect(scanned.filter(({ packages }) => packages.length === 0)).toEqual([])
  const development = judge(recorded("forms", { ecosystems: all })).findings.filter(({ message }) =>
    message.includes("for development"),
  )
  expect(development.map(({ location }) => location?.file).sort()).toEqual(["Pipfile.lock", "pdm.lock"])
})

test("a module that go.sum alone names is found, as one of the go.mod beside it", () => {
  const scan = recorded("corpus")
  const text = textOf(scan, "report-1.json").replaceAll("/tree/job/go.mod", "/tree/job/go.sum")
  const { findings } = judge(withFile(scan, "report-1.json", text))
  expect(placesOf(findings)).toContain("job/go.mod:undefined CVE-2020-26160")
})

test("a pom that has versions from a parent refuses; the line of a package is found though its version is a property", () => {
  const { findings } = judge(
    recorded("pom", { texts: { "pom.xml": "<project><artifactId>log4j-core</artifactId></project>\n" } }),
  )
  expect(findings).toMatchObject([
    { rule: "CVE-2021-44228" },
    { rule: "not-looked-at", severity: "info" },
    {
      rule: "version-unknown",
      severity: "high",
      message: expect.stringContaining("1 of its 2 dependencies"),
    },
  ])
  const collecting = judge(
    recorded("pom", { texts: { "pom.xml": "<project><packaging>pom</packaging></project>" } }),
  )
  expect(collecting.findings.map(({ rule }) => rule)).toEqual(["CVE-2021-44228", "not-looked-at"])
})

describe("dependencies of a pom that the scanner left out without a word refuse", () => {
  const log4j = "<groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>"
  const other = `<groupId>a</groupId><artifactId>b</artifactId><version>${"$"}{from.parent}</version>`
  const list = (...some: readonly string[]) =>
    `<dependencies>${some.map((one) => `<dependency>${one}</dependency>`).join("")}</dependencies>`
  const messages = (inside: string, passedOver = 0) => {
    const scan = recorded("pom", { texts: { "pom.xml": `<project>${inside}</project>` } })
    const log = textOf(scan, "log-1.txt").replace("found 2 packages", `found ${1 + passedOver} packages`)
    const { findings } = judge(withFile(scan, "log-1.txt", log))
    return findings.filter(({ rule }) => rule === "version-unknown").map(({ message }) => message)
  }

  test.each([
    ["whose version is a property of a parent", list(log4j, other)],
    [
      "beside a comment that says that it only collects",
      `<!-- <packaging>pom</packaging> -->${list(log4j, other)}`,
    ],
    ["of a pom that collects modules, too", `<packaging>pom</packaging>${list(log4j, other)}`],
    ["in a profile", `${list(log4j)}<profiles><profile>${list(other)}</profile></profiles>`],
    [
      "in a profile, in another version",
      `${list(log4j)}<profiles><profile>${list(`${log4j}<version>1</version>`)}</profile></profiles>`,
    ],
  ])("%s", (_, inside) => {
    expect(messages(inside)).toEqual([expect.stringContaining("1 of its 2 dependencies")])
  })

  test.each([
    ["what it saw", list(log4j)],
    ["what it saw under a property", list(`<groupId>${"$"}{g}</groupId><artifactId>log4j-core</artifactId>`)],
    ["what stands in a comment", `${list(log4j)}<!-- ${list(other)} -->`],
    ["what is only managed", `${list(log4j)}<dependencyManagement>${list(other)}</dependencyManagement>`],
    ["what plugins need", `${list(log4j)}<build><plugins><plugin>${list(other)}</plugin></plugins></build>`],
  ])("and %s does not", (_, inside) => {
    expect(messages(inside)).toEqual([])
  })

  test("and so does a pom that is no XML", () => {
    const { findings } = judge(recorded("pom", { texts: { "pom.xml": "<project>" } }))
    expect(findings).toContainEqual(expect.objectContaining({ rule: "lock-file-unread" }))
  })
})

describe("what is not looked at is no pass", () => {
  const counted = {
    component: "web",
    path: "web",
    lockFile: "web/package-lock.json",
    production: 2,
    development: 1,
  }

  test("fewer packages than the component's language counts are an error", () => {
    expect(judge(recorded("findings", { ...lock, packages: [counted] })).errors).toEqual([])
    expect(
      judge(recorded("findings", { ...lock, packages: [{ ...counted, production: 3 }] })).errors,
    ).toEqual(["web: web/package-lock.json names 4 packages, the scan saw 3"])
  })

  test("a package that another lock file names as well stands for none that the scan did not see", () => {
    const own = { ...counted, production: 3 }
    const said = ["web: web/package-lock.json names 4 packages, the scan saw 3"]
    const scan = recorded("findings", { ...lock, packages: [own] })
    const beside = (files: readonly string[]) => {
      const [first] = scan.locks.files
      if (first === undefined) throw new Error("no lock file")
      const reading = readScan(tool, scan)
      const more = files.map((file) => ({
        ...{ ...first, file, passedOver: 0 },
        packages: [{ name: "more", version: "1.0.0", vulnerabilities: [] } as never],
      }))
      return unseen({ ...reading, scanned: [...reading.scanned, ...more] })
    }
    expect(beside(["web/tools/package-lock.json", "web/yarn.lock"])).toEqual(said)
    const leftOut = [{ path: "web/old", reason: "test data" }]
    const paths = ["web/package-lock.json", "web/old/yarn.lock"]
    expect(judge(recorded("findings", { ...lock, packages: [own], leftOut, paths })).errors).toEqual(said)
  })

  test("names that the language knows are told one by one; what only versions are taken from stands for none", () => {
    const python = {
      ...{ component: "api", path: "api", lockFile: "api/requirements.txt", production: 2, development: 1 },
      ...{ lockFiles: ["api/requirements.txt", "api/dev.txt"], names: ["PyYAML", "jinja2", "black"] },
    }
    const read = (
      texts: Readonly<Record<string, string>>,
      packages: Readonly<Record<string, readonly string[]>>,
    ) => {
      const files = lockFilesIn(Object.keys(texts), []).files
      const scanned = files.map((file) => ({
        ...{ ...file, passedOver: 0 },
        packages: (packages[file.file] ?? []).map(
          (name) => ({ name, version: "1", vulnerabilities: [] }) as never,
        ),
      }))
      const reading = readScan(tool, recorded("clean", { texts, packages: [python] }))
      return unseen({ ...reading, scanned, locks: { ...reading.locks, files } })
    }
    const texts = {
      "api/requirements.txt": "-r more-requirements.txt\n-c requirements-c.txt\n",
      "api/more-requirements.txt": "",
      "api/requirements-c.txt": "",
      "api/other-requirements.txt": "",
    }
    const all = { "api/requirements.txt": ["black"], "api/more-requirements.txt": ["pyyaml", "Jinja2"] }
    expect(read(texts, all)).toEqual([])
    for (const file of ["api/requirements-c.txt", "api/other-requirements.txt"])
      expect(read(texts, { "api/requirements.txt": ["black"], [file]: ["pyyaml", "Jinja2"] })).toEqual([
        "api: api/requirements.txt names PyYAML, jinja2, which the scan did not see",
      ])
  })

  test.each(["api/bin/Api.deps.json", "gradle/verification-metadata.xml", "Chart.lock", "tools.lock"])(
    "%s is told as not read, and refuses nothing",
    (file) => {
      const { findings } = judge(recorded("clean", { paths: ["package-lock.json", file] }))
      expect(findings).toMatchObject([
        {
          rule: "not-looked-at",
          severity: "info",
          location: { file },
          subject: "nothing here reads this form",
        },
      ])
    },
  )

  test.each([
    ["go 1.16", ["go.mod"], true],
    ["", ["go.mod"], true],
    ["go 1.17", ["go.mod"], false],
    ["go 1.16", ["go.mod", "go.sum"], false],
  ])(
    "a go.mod with %j among %j: what its modules need in turn is told as not known: %j",
    (go, paths, told) => {
      const file = { ...lockFilesIn(paths, []).files[0], passedOver: 0, packages: [] }
      const reading = readScan(tool, recorded("clean"))
      const texts = new Map([["go.mod", `module a\n${go}\nrequire b v1.0.0\n`]])
      const found = halfKnown({ ...reading, texts, scanned: [file as ScannedLock] })
      expect(found.map(({ why }) => why)).toEqual(
        told ? ["what its modules need in turn is not known without a go.sum beside it"] : [],
      )
      const without = new Map([["go.mod", "module a\n"]])
      expect(halfKnown({ ...reading, texts: without, scanned: [file as ScannedLock] })).toEqual([])
    },
  )

  test("a lock file of a form that the scanner does not read refuses", () => {
    const { findings } = judge(recorded("clean", { paths: ["package-lock.json", "bun.lockb"] }))
    expect(findings).toMatchObject([
      { rule: "lock-file-unread", severity: "critical", location: { file: "bun.lockb" } },
    ])
  })

  test("what settings leave out is listed with the reason, and a reason for nothing is an error", () => {
    const leftOut = [
      { path: "old", reason: "test data" },
      { path: "gone/", reason: "test data" },
    ]
    const { findings, errors } = judge(
      recorded("clean", { paths: ["package-lock.json", "old/yarn.lock"], leftOut }),
    )
    expect(findings).toMatchObject([
      {
        rule: "not-looked-at",
        severity: "info",
        location: { file: "old/yarn.lock" },
        message: expect.stringContaining("test data"),
      },
    ])
    expect(errors).toEqual(["gates.dependencies.leftOut: there is no lock file at or below gone/"])
  })

  test("another version of the scanner than the toolbox states is an error", () => {
    const { errors } = readScan({ ...tool, version: "2.2.3" }, recorded("findings"))
    expect(errors).toEqual([expect.stringContaining("it is 2.2.4, the toolbox names 2.2.3")])
  })

  test("a line of its log that nobody knows is an error", () => {
    const scan = recorded("clean")
    const log = textOf(scan, "log-1.txt")
    expect(judge(withFile(scan, "log-1.txt", `${log}Warning: skipped some\n`)).errors).toEqual([
      "osv-scanner says: Warning: skipped some",
    ])
    expect(() => judge(withFile(scan, "log-1.txt", log.replace("Scanned", "Skipped")))).toThrow(
      /does not say that it has read/,
    )
  })

  test("no lock file at all proves nothing", () => {
    const scan = { ...recorded("clean", { ...lock, paths: [] }), outcome: null }
    expect(judge(scan)).toMatchObject({ skipped: [{ component: "web", why: "no lock file" }], errors: [] })
  })

  test("a report that is mutated is unreadable or refuses still", () => {
    const scan = recorded("one")
    const refuses = (text: string) => {
      const { findings, errors } = judge(withFile(scan, "report-1.json", text))
      return (
        errors.length > 0 || findings.some(({ severity }) => severity === "critical" || severity === "high")
      )
    }
    expect(refuses(textOf(scan, "report-1.json"))).toBe(true)
    const runs = Number(process.env.SIGNALBOX_CASES ?? 1) > 1 ? 10_000 : 1000
    fc.assert(
      fc.property(mutations(textOf(scan, "report-1.json")), (text) => {
        let passed = false
        try {
          passed = !refuses(text)
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "OUTPUT_UNREADABLE" })
        }
        expect(passed, text).toBe(false)
      }),
      { numRuns: runs },
    )
  })
})

test("everything that is planted in the corpus is found, and nothing else", () => {
  const corpus = corpusOf("dependencies")
  const text = (file: string) => readFileSync(join(corpus.project.tree, file), "utf8")
  const { leftOut = [], ...settings } = corpus.config.gates.dependencies ?? {}
  const locks = recorded("corpus").locks.files.map(({ file }) => file)
  const scan = recorded("corpus", {
    ...{ leftOut, ecosystems },
    texts: Object.fromEntries(locks.map((file) => [file, text(file)])),
    directories: { web: "web", app: "app" },
  })
  const { missing, falsePositives, problems } = comparison(corpus, judge(scan, { ...settings, leftOut }))
  expect({ missing, falsePositives, problems }).toEqual({ missing: [], falsePositives: [], problems: [] })
})

test("nobody requires it by default", () => {
  expect(gateContexts.flatMap((context) => requiredByDefault(context))).not.toContain("dependencies")
})
