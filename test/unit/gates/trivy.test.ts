import { describe, expect, test } from "vitest"
import type { ToolOutcome } from "../../../src/gates/gate.ts"
import { judgeScans as decide } from "../../../src/gates/vulnerabilities/decide.ts"
import { readScans } from "../../../src/gates/vulnerabilities/read.ts"
import { readDatabaseMetadata, readTrivy } from "../../../src/gates/vulnerabilities/read-trivy.ts"
import { recorded } from "./recorded.ts"

const packages = { lockFile: "apps/backend/package-lock.json", production: 3, inImage: true }
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
) => decide(name, readScans(name, { fromLock, fromImage, packages: { ...packages, ...named } }))

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
    expect(judgeScans("backend", fromLock("clean.json"), image())).toMatchObject({
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
      fromLock: { finished: false, why },
      fromImage: image(),
      packages: null,
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
