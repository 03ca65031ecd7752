import { describe, expect, test } from "vitest"
import { imageLabel } from "../../../src/build/image-label.ts"
import { mergePlatforms } from "../../../src/gates/engine/platforms.ts"
import { readDatabaseMetadata } from "../../../src/gates/formats/database.ts"
import type { ToolOutcome } from "../../../src/gates/gate.ts"
import { judgeScans as decide } from "../../../src/gates/vulnerabilities/decide.ts"
import { readScans } from "../../../src/gates/vulnerabilities/read.ts"
import { readTrivy } from "../../../src/gates/vulnerabilities/read-trivy.ts"
import { systemFilesIn } from "../../../src/gates/vulnerabilities/scan.ts"
import { recorded } from "./recorded.ts"

const packages = {
  ...{ lockFile: "apps/backend/package-lock.json", production: 3, development: 0, inImage: true },
  developmentFiles: [] as readonly string[],
  linked: { production: 0, development: 0 },
}
const ran = (name: string, text: string) => ({
  finished: true as const,
  exitCode: 0,
  files: { [name]: text },
  out: undefined as never,
})
const fromLock = (file: string) => ran("lock-file.json", recorded(`trivy/${file}`))
const image = (extra = {}) =>
  ran(
    "image.json",
    JSON.stringify({
      SchemaVersion: 2,
      Metadata: { OS: { Family: "debian", Name: "12" } },
      Results: [
        { Target: "image (debian 12)", Class: "os-pkgs", Type: "debian", Packages: [{ Name: "libc6" }] },
        { Target: "Node.js", Class: "lang-pkgs", Type: "node-pkg", Packages: [{ Name: "lodash" }], ...extra },
      ],
    }),
  )

/** What the gate does with what its tools left of a component. */
const judgeScans = (
  name: string,
  fromLock: ToolOutcome,
  fromImage: ToolOutcome,
  named: Partial<typeof packages> = {},
  systemFiles: readonly string[] = ["/etc/os-release"],
) => {
  const scans = { label: imageLabel(name), fromLock, fromImage, packages: { ...packages, ...named } }
  return decide(name, readScans(name, { ...scans, systemFiles }))
}
/** What it does with a component of which only the image tells. */
const judgeImage = (file: string, systemFiles: readonly string[]) => {
  const fromImage = ran("image.json", recorded(`trivy/${file}.json`))
  const files = { ...fromImage.files, "image.log": recorded(`trivy/${file}.stderr`) }
  const label = imageLabel("web")
  const scans = { label, fromLock: null, fromImage: { ...fromImage, files }, packages: null, systemFiles }
  return decide("web", readScans("web", scans))
}

describe("vulnerabilities", () => {
  test("findings carry severity, package and the fixing version", () => {
    const { findings, packages } = readTrivy(
      recorded("trivy/findings.json"),
      "backend",
      () => "apps/backend/package-lock.json",
    )
    expect(packages).toEqual({ "lang-pkgs": 3 })
    expect(findings.find(({ rule }) => rule === "CVE-2019-10744")).toMatchObject({
      severity: "critical",
      subject: "lodash@4.17.4",
      fix: "update lodash to 4.17.12",
      location: { file: "apps/backend/package-lock.json" },
    })
  })

  test("a scanned image without findings", () => {
    expect(readTrivy(recorded("trivy/image.json"), "frontend", () => "image:frontend")).toMatchObject({
      findings: [],
      system: "debian 12.15",
      packages: { "os-pkgs": 9 },
    })
  })

  test("clean", () => {
    expect(judgeScans("backend", fromLock("clean.json"), image(), { production: 2 })).toMatchObject({
      findings: [],
      errors: [],
    })
  })

  test("the same vulnerability in lock file and image is one finding; the image's own are added", () => {
    const vulnerability = (VulnerabilityID: string, PkgPath: string) => ({
      ...{ VulnerabilityID, PkgPath, PkgName: "lodash", InstalledVersion: "4.17.4", Severity: "UNKNOWN" },
    })
    const Vulnerabilities = [vulnerability("CVE-2019-10744", "app/x"), vulnerability("CVE-9", "app/x")]
    const judged = judgeScans("backend", fromLock("findings.json"), image({ Vulnerabilities }))
    expect(judged.findings.filter(({ rule }) => rule === "CVE-2019-10744")).toHaveLength(1)
    expect(judged.findings.find(({ rule }) => rule === "CVE-9")).toMatchObject({
      severity: "medium",
      location: { file: "image:backend/app/x" },
    })
  })

  test.each(["no-lock-file.json", "broken-lock-file.json"])(
    "%s: packages were expected, none was seen: error",
    (file) => {
      expect(judgeScans("backend", fromLock(file), image()).errors).toEqual([
        "backend: the lock file names 3 packages, the scan saw none",
      ])
    },
  )

  test("sibling of V41: a workspace that the scan counts stands in for no package that it has not seen", () => {
    const linked = { production: 1, development: 1 }
    const lock = fromLock("workspaces.json")
    expect(judgeScans("backend", lock, image(), { production: 1, linked }).errors).toEqual([])
    expect(judgeScans("backend", lock, image(), { production: 2, linked }).errors).toEqual([
      "backend: the lock file names 2 packages, the scan saw 1",
    ])
  })

  test("an application without production packages may have none", () => {
    const judged = judgeScans("backend", fromLock("no-lock-file.json"), image(), { production: 0 })
    expect(judged.errors).toEqual([])
  })

  test("an image in which the scan sees nothing is an error", () => {
    const empty = ran("image.json", '{"SchemaVersion":2}')
    expect(judgeScans("backend", fromLock("clean.json"), empty).errors).not.toEqual([])
  })

  test("a scan that did not happen is an error", () => {
    const why = recorded("trivy/error-no-database.stderr")
    const judged = judgeScans("backend", { finished: false, why }, image())
    expect(judged.errors.join()).toContain("--skip-db-update cannot be specified on the first run")
  })

  test("a lock file that cannot be read is an error, and the image is judged all the same", () => {
    const why = "CONFIG_INVALID: apps/backend/package-lock.json cannot be read"
    const reading = readScans("backend", {
      label: imageLabel("backend"),
      fromLock: { finished: false, why },
      fromImage: image(),
      packages: null,
      systemFiles: [],
    })
    expect(decide("backend", reading)).toMatchObject({
      errors: [`backend: the lock file could not be scanned: ${why}`],
      figures: { packages: 1, systemPackages: 1 },
    })
  })

  test("the database says what it is", () => {
    const text = '{"Version":2,"UpdatedAt":"2024-09-11T17:17:48Z","Name":"signalbox-fixture","Advisories":29}'
    expect(readDatabaseMetadata(text)).toEqual({
      name: "signalbox-fixture",
      date: "2024-09-11T17:17:48Z",
      entries: 29,
    })
    expect(() => readDatabaseMetadata("{}")).toThrow(/OUTPUT_UNREADABLE/)
    expect(() => readDatabaseMetadata('{"UpdatedAt":"some weeks ago"}')).toThrow(/OUTPUT_UNREADABLE.*date/s)
  })
})

describe("G13 the system of an image", () => {
  const system = ["/etc/os-release", "/bin/sh"]

  test("G13 past its end: a finding that refuses, and that can be waived by its release", () => {
    const { findings, errors } = judgeImage("image-end-of-life", system)
    expect(errors).toEqual([])
    expect(findings).toMatchObject([
      {
        ...{ rule: "system-end-of-life", severity: "high", subject: "debian 10.13", component: "web" },
        location: { file: "image:web" },
      },
    ])
  })

  test("G13 one that the scanner does not recognise is an error", () => {
    expect(judgeImage("image-unknown-system", system).errors).toEqual([
      "web: the scanner does not know the system of the image, which has /etc/os-release, /bin/sh",
    ])
  })

  test("sibling of G13: a release that the scanner does not know, of a system that it knows, is an error", () => {
    expect(judgeImage("image-unknown-version", system).errors).toEqual([
      'web: the scanner has no advisories for the system of the image: family="debian" version="99"',
    ])
  })

  test("sibling of G13: a known system without its list of packages is an error", () => {
    expect(judgeImage("image-no-package-database", system).errors).toEqual([
      "web: the scan of the image saw no package of debian 12.9",
    ])
  })

  test("G13 an image without a system is skipped, unless packages are named: then it has no system packages", () => {
    expect(judgeImage("image-without-system", [])).toMatchObject({
      ...{ findings: [], errors: [], summary: "" },
      skipped: [{ component: "web", why: "no packages: nothing names any, and its image holds no system" }],
    })
    const image = ran("image.json", recorded("trivy/image-without-system.json"))
    const judged = judgeScans("web", fromLock("clean.json"), image, { production: 2, inImage: false }, [])
    expect(judged.errors).toEqual([])
    expect(judged).not.toHaveProperty("skipped")
    expect(judged.summary).toMatch(/^web: \d+ packages of the application, no system packages$/)
  })

  test("the marks of a system are looked for in the image itself", async () => {
    const exists = async (path: string) => path === "/bin/sh"
    expect(await systemFilesIn({ exists })).toEqual(["/bin/sh"])
  })
})

describe("G12 packages for development", () => {
  const image = () => ran("image.json", recorded("trivy/image.json"))

  test("G12 V41 of a component whose image holds files built from packages: all that the lock file names are expected", () => {
    const named = { production: 0, development: 4, inImage: false }
    expect(judgeScans("site", fromLock("no-lock-file.json"), image(), named).errors).toEqual([
      "site: the lock file names 4 packages, the scan saw none",
    ])
    const judged = judgeScans("site", fromLock("findings-with-development.json"), image(), named)
    expect(judged.errors).toEqual([])
    expect(judged.findings).toContainEqual(
      expect.objectContaining({ rule: "CVE-2022-25883", subject: "semver@7.0.0" }),
    )
  })

  test("sibling of G12: a scan that sees fewer packages than the lock file names is an error", () => {
    expect(judgeScans("api", fromLock("findings.json"), image(), { production: 4 }).errors).toContain(
      "api: the lock file names 4 packages, the scan saw 3",
    )
  })

  test("sibling of G12: those of a service are in no image, and the summary says that they were not looked at", () => {
    expect(
      judgeScans("api", fromLock("clean.json"), image(), { production: 2, development: 41 }).summary,
    ).toContain("of the application (41 for development not looked at)")
  })
})

describe("X7 packages for development in a runtime image", () => {
  const holding = (FilePath: string) => image({ Packages: [{ Name: "eslint", Version: "9.0.0", FilePath }] })

  test("sibling of X7: one that lies where npm installs it is a finding, with its name and place", () => {
    const service = ran("image.json", recorded("trivy/image-of-a-service.json"))
    const judge = (files: readonly string[]) =>
      judgeScans("api", fromLock("clean.json"), service, { production: 2, developmentFiles: files })
    const file = "app/node_modules/@fastify/error/package.json"
    expect(judge(["app/node_modules/eslint/package.json"]).findings).toEqual([])
    expect(judge([file]).findings).toMatchObject([
      {
        ...{
          rule: "development-package",
          severity: "high",
          component: "api",
          subject: "@fastify/error@4.2.1",
        },
        location: { file: `image:api/${file}` },
      },
    ])
  })

  test("sibling of X7: a copy that another package brings is none", () => {
    const inside = "app/node_modules/next/dist/compiled/eslint/package.json"
    const judged = judgeScans("api", fromLock("clean.json"), holding(inside), {
      ...{ production: 2, developmentFiles: ["app/node_modules/eslint/package.json"] },
    })
    expect(judged.findings).toEqual([])
  })
})

test("V09 the evidence names the version that Trivy itself says", () => {
  expect(readTrivy(recorded("trivy/clean.json"), "web", () => "").version).toBe("0.74.0")
})

describe("the severity of a vulnerability", () => {
  const severityOf = (Severity: string) => {
    const known = {
      VulnerabilityID: "CVE-2019-10744",
      PkgName: "lodash",
      InstalledVersion: "4.17.4",
      Severity,
    }
    const report = {
      SchemaVersion: 2,
      Results: [{ Target: "a", Class: "lang-pkgs", Vulnerabilities: [known] }],
    }
    return readTrivy(JSON.stringify(report), "web", () => "a").findings.map(({ severity }) => severity)
  }

  test("sibling of V09: is the same in small letters, and a word that nobody knows is no medium one", () => {
    expect(severityOf("critical")).toEqual(["critical"])
    expect(severityOf("UNKNOWN")).toEqual(["medium"])
    expect(() => severityOf("SEVERE")).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })
})

describe("M010 a component with an image for each of two platforms", () => {
  const advisory = (id: string, name: string) => ({
    VulnerabilityID: id,
    ...{ PkgName: name, InstalledVersion: "1.0.0", Severity: "HIGH", Status: "affected" },
  })
  const scansOf = (platform: string, fromLock: ToolOutcome, fromImage: ToolOutcome) => {
    const label = imageLabel("backend", platform)
    const scans = { label, fromLock, fromImage, packages, systemFiles: ["/etc/os-release"] }
    return decide("backend", readScans("backend", scans))
  }

  test("what one of them has is told of that one alone, what the lock file says once", () => {
    const lock = fromLock("findings.json")
    const both = mergePlatforms([
      scansOf("linux/amd64", lock, image({ Vulnerabilities: [advisory("CVE-1", "only-amd64")] })),
      scansOf("linux/arm64", lock, image({ Vulnerabilities: [advisory("CVE-2", "only-arm64")] })),
    ])
    const alone = scansOf("linux/amd64", lock, image())
    const ofImages = both.findings.filter(({ location }) => location?.file.startsWith("image:"))
    expect(ofImages.map(({ rule, location }) => [rule, location?.file])).toEqual([
      ["CVE-1", "image:backend@linux/amd64"],
      ["CVE-2", "image:backend@linux/arm64"],
    ])
    expect(both.findings).toHaveLength(alone.findings.length + 2)
    expect(both.summary).toMatch(/^backend \(linux\/amd64\): .*; backend \(linux\/arm64\): /)
    expect(Object.keys(both.reports).sort()).toEqual([
      "backend/linux-amd64/image.json",
      "backend/linux-amd64/lock-file.json",
      "backend/linux-arm64/image.json",
      "backend/linux-arm64/lock-file.json",
    ])
  })

  test("one whose scan died is an error by its name, whatever the other says", () => {
    const { errors } = mergePlatforms([
      scansOf("linux/amd64", fromLock("clean.json"), image()),
      scansOf("linux/arm64", fromLock("clean.json"), { finished: false, why: "it was killed" }),
    ])
    expect(errors.filter((why) => why.includes("killed"))).toEqual([
      "backend: the image of backend (linux/arm64) could not be scanned: it was killed",
    ])
  })
})
