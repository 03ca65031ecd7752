/** Licences of packages: what Trivy wrote (test/recorded/licenses), and what follows from it. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { imageLabel } from "../../../../src/build/image-label.ts"
import { judgeLicenses } from "../../../../src/gates/licenses/decide.ts"
import { policyOf } from "../../../../src/gates/licenses/policy.ts"
import { readSboms } from "../../../../src/gates/licenses/read.ts"
import type { Written } from "../../../../src/gates/licenses/sboms.ts"
import {
  type LicensesSettings,
  licensesSettings,
  stricterLicenses,
} from "../../../../src/gates/licenses/settings.ts"
import type { NamedPackages } from "../../../../src/languages/index.ts"
import { readNpmLock } from "../../../../src/languages/node/managers/npm-lock.ts"
import { originsOf } from "../../../../src/languages/node/managers/origins.ts"
import { recorded } from "../recorded.ts"

const because = (license: string) => ({ license, reason: "decided by legal" })
const settingsOf = (given: object): LicensesSettings => licensesSettings.parse(given)
const permissive = { allow: ["MIT", "ISC", "CC0-1.0", "Zlib", "CC-BY-3.0"].map(because) }

const lockText = recorded("licenses/package-lock.json")
const none = { scripts: {}, devDependencies: {}, optionalDependencies: {}, peerDependencies: {}, text: "" }
const shop = {
  ...{ path: ".", name: "shop", version: "1.0.0", dependencies: { "spdx-expression-parse": "4.0.0" } },
  ...none,
}
const origins = originsOf(readNpmLock(lockText, "package-lock.json"), lockText, [shop], shop)

type Packages = Omit<NamedPackages, "files">
const service: Packages = {
  ...{
    lockFile: "web/package-lock.json",
    production: 3,
    development: 1,
    developmentFiles: [],
    inImage: true,
  },
  ...{ origins, own: ["app/package.json"] },
}
const bundle: Packages = { ...service, inImage: false }
const sbom = (name: string): Written => ({ text: recorded(`licenses/${name}.cdx.json`) })
const emptyImage = sbom("no-lock-file")
const label = imageLabel("web")

function judge(
  given: object,
  {
    fromImage = sbom("image"),
    fromPackages = null,
    packages = service,
  }: { fromImage?: Written; fromPackages?: Written | null; packages?: Packages | null } = {},
) {
  const settings = settingsOf(given)
  const reading = readSboms("web", { label, fromImage, fromPackages, packages })
  return judgeLicenses("web", reading, policyOf(settings).policy, settings)
}
const shown = ({ findings }: ReturnType<typeof judge>) =>
  findings.map(({ rule, subject, location }) => [rule, subject, location?.file, location?.line])

describe("the packages of an image", () => {
  test("each that is not allowed is told with its licence, and with the way to it where that is known", () => {
    const { findings, errors } = judge({ allow: ["MIT", "ISC", "CC0-1.0", "Zlib"].map(because) })
    expect(errors).toEqual([])
    expect(findings.find(({ subject }) => subject === "pkg:npm/spdx-exceptions@2.5.0")).toEqual({
      rule: "license-not-allowed",
      severity: "high",
      message:
        "spdx-exceptions@2.5.0 is under CC-BY-3.0: CC-BY-3.0 is not among the licences allowed; web → spdx-expression-parse@4.0.0 → spdx-exceptions@2.5.0",
      location: { file: "web/package-lock.json", line: 17 },
      component: "web",
      fix: "do without spdx-expression-parse@4.0.0, or have the exception owned and dated: a waiver",
      subject: "pkg:npm/spdx-exceptions@2.5.0",
    })
  })

  test("a package without a licence is a finding, and its own package is none", () => {
    expect(shown(judge({ deny: [because("AGPL-3.0-only")] }))).toEqual([
      [
        "license-unknown",
        "pkg:npm/left-unstated@1.0.0",
        "image:web/app/node_modules/left-unstated/package.json",
        undefined,
      ],
    ])
  })

  test("of a choice one denied side is no finding, both are", () => {
    const deny = ["AGPL-3.0-only", "GPL-3.0-only"].map(because)
    expect(shown(judge({ deny })).map(([rule, subject]) => [rule, subject])).toEqual([
      ["license-unknown", "pkg:npm/left-unstated@1.0.0"],
      ["license-denied", "pkg:npm/right-copyleft@2.0.0"],
    ])
  })

  test("all texts of a package of the system hold: which file is under which is not known", () => {
    const { findings } = judge({ deny: [because("LGPL-2.1-only")] })
    expect(findings.find(({ rule }) => rule === "license-denied")).toMatchObject({
      subject: "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14",
      location: { file: "image:web" },
      message:
        "libc6@2.36-9+deb12u14 is under LGPL-2.1-only AND GPL-2.0-only: LGPL-2.1-only is denied: decided by legal",
    })
  })

  test("without the packages of the system, the summary says so", () => {
    const { findings, summary } = judge({ deny: [because("LGPL-2.1-only")], systemPackages: false })
    expect(findings.map(({ rule }) => rule)).toEqual(["license-unknown"])
    expect(summary).toBe("web: 6 packages under 6 licences, 2 of the system not looked at")
  })

  test("what somebody has read counts where the package says nothing, and nowhere else", () => {
    const known = (one: string, license: string) => ({
      package: one,
      license,
      reason: "LICENSE in its archive",
    })
    const settings = {
      deny: ["AGPL-3.0-only", "GPL-3.0-only"].map(because),
      known: [known("pkg:npm/left-unstated", "MIT"), known("pkg:npm/right-copyleft@2.0.0", "MIT")],
    }
    expect(shown(judge(settings)).map(([rule, subject]) => [rule, subject])).toEqual([
      ["license-denied", "pkg:npm/right-copyleft@2.0.0"],
    ])
    const denied = { ...settings, known: [known("pkg:npm/left-unstated@1.0.0", "AGPL-3.0-only")] }
    expect(shown(judge(denied))).toHaveLength(2)
    const other = { ...settings, known: [known("pkg:npm/left-unstated@1.0.1", "MIT")] }
    expect(shown(judge(other))[0]?.[0]).toBe("license-unknown")
  })

  test("unknown: report — still a finding", () => {
    const { findings } = judge({ deny: [because("AGPL-3.0-only")], unknown: "report" })
    expect(findings).toMatchObject([{ rule: "license-unknown", severity: "info" }])
  })

  test("equal packages give an equal list, whatever number and time the SBOM has", () => {
    const again = recorded("licenses/image.cdx.json")
      .replace(/urn:uuid:[0-9a-f-]+/, "urn:uuid:00000000-0000-4000-8000-000000000000")
      .replace(/"timestamp": "[^"]+"/, '"timestamp": "2030-01-01T00:00:00+00:00"')
    expect(judge(permissive, { fromImage: { text: again } }).reports).toEqual(judge(permissive).reports)
  })
})

describe("packages of which a bundler made files", () => {
  const bundled = (fromPackages: Written, packages = bundle) =>
    judge({ allow: [because("MIT")] }, { fromImage: emptyImage, fromPackages, packages })

  test("those for production are judged by the lock file, at its line", () => {
    const found = bundled(sbom("packages"))
    expect(found.errors).toEqual([])
    expect(shown(found)).toEqual([
      ["license-not-allowed", "pkg:npm/spdx-exceptions@2.5.0", "web/package-lock.json", 17],
      ["license-not-allowed", "pkg:npm/spdx-license-ids@3.0.24", "web/package-lock.json", 26],
    ])
  })

  test("without ways of the language, those of the SBOM are told", () => {
    const { origins: _, ...unknown } = bundle
    const { findings } = bundled(sbom("packages"), unknown)
    expect(findings[0]?.message).toContain("web → spdx-expression-parse@4.0.0 → spdx-exceptions@2.5.0")
  })

  test.each(["no-lock-file", "broken-lock-file"])("%s: an SBOM without packages is an error", (name) => {
    expect(bundled(sbom(name)).errors).toEqual([
      "web: the lock file names 3 packages for production, their SBOM none",
    ])
  })

  test("one package fewer than the lock file names is an error", () => {
    const short = JSON.parse(recorded("licenses/packages.cdx.json"))
    short.components = short.components.filter(({ name }: { name: string }) => name !== "spdx-license-ids")
    expect(bundled({ text: JSON.stringify(short) }).errors).toEqual([
      "web: the lock file names 3 packages for production, their SBOM 2",
    ])
  })
})

describe("what could not be seen is an error, never clean", () => {
  const errors = (fromImage: Written, packages: Packages | null = service) =>
    judge(permissive, { fromImage, packages }).errors

  test.each([
    [
      "a tool that ended with 1",
      { why: "trivy ended with exit code 1: unexpected EOF" },
      /no SBOM of its image.*unexpected EOF/,
    ],
    ["one that was killed", { why: "trivy was ended by SIGKILL" }, /no SBOM of its image/],
    ["one that wrote nothing", { text: "" }, /wrote nothing/],
    ["half an SBOM", { text: recorded("licenses/image.cdx.json").slice(0, 4000) }, /cannot be read/],
    ["another kind of document", { text: '{"spdxVersion":"SPDX-2.3"}' }, /cannot be read/],
    [
      "a version that is not read here",
      { text: recorded("licenses/image.cdx.json").replace('"specVersion": "1.7"', '"specVersion": "9.0"') },
      /a version of CycloneDX/,
    ],
    [
      "a package without a package URL",
      { text: recorded("licenses/image.cdx.json").replace(/"purl": "pkg:npm\/semver[^"]*",/, "") },
      /semver 7.8.6 has no package URL/,
    ],
  ] as const)("%s", (_, fromImage, message) => {
    expect(errors(fromImage).join()).toMatch(message)
  })

  test("an image without a package, where the lock file names some", () => {
    expect(errors(emptyImage)).toEqual([
      "web: the lock file names 3 packages for production, the SBOM of the image none",
    ])
  })

  test("fewer packages than the lock file names, where the image must have each", () => {
    const packages = { ...service, production: 30, eachInImage: true as const }
    expect(errors(sbom("image"), packages)).toEqual([
      "web: the lock file names 30 packages for production, the SBOM of the image 6",
    ])
  })

  test("a component without any package was not looked at", () => {
    const judged = judge(permissive, { fromImage: emptyImage, packages: null })
    expect(judged.skipped).toMatchObject([{ component: "web" }])
  })

  test("a lock file that cannot be read", () => {
    const judged = judge(permissive, {
      fromPackages: { why: "package-lock.json:1:1 is no JSON" },
      packages: null,
    })
    expect(judged.errors).toEqual([
      "web: there is no SBOM of the packages of its lock file: package-lock.json:1:1 is no JSON",
    ])
  })
})

test("10,000 mutated SBOMs: a package that was refused never goes away without an error", () => {
  const whole = JSON.parse(recorded("licenses/image.cdx.json"))
  const names = ["right-copyleft", "semver"]
  const components = whole.components.filter(({ name }: { name: string }) => names.includes(name))
  const text = JSON.stringify({ ...whole, components, dependencies: [] })
  const refused = JSON.stringify(components.find(({ name }: { name: string }) => name === "right-copyleft"))
  const [start, end] = [text.indexOf(refused), text.indexOf(refused) + refused.length]
  const settings = settingsOf({ deny: ["AGPL-3.0-only", "GPL-3.0-only"].map(because) })
  const { policy } = policyOf(settings)
  const inserted = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom("", "{", "}", "[", "]", '"', ",", "null", "0"),
  )
  fc.assert(
    fc.property(fc.nat(text.length), inserted, fc.nat(40), (at, added, removed) => {
      const fromImage = { text: text.slice(0, at) + added + text.slice(at + removed) }
      const reading = readSboms("web", { label, fromImage, fromPackages: null, packages: service })
      const { findings, errors } = judgeLicenses("web", reading, policy, settings)
      const kept = findings.some(({ rule }) => rule === "license-denied")
      // One in which the package itself says something else is another SBOM, and no damage.
      const other = at <= end && at + removed >= start
      return kept || other || errors.length > 0
    }),
    { numRuns: 10_000 },
  )
}, 120_000)

describe("settings of a shared policy", () => {
  const own = settingsOf({ allow: ["MIT", "ISC"].map(because), deny: [because("WTFPL")], unknown: "report" })

  test("allow what both allow, deny what either denies", () => {
    const merged = stricterLicenses(own, {
      allow: ["MIT", "Zlib"].map(because),
      deny: [because("AGPL-3.0-only")],
    })
    expect(merged.allow?.map(({ license }) => license)).toEqual(["MIT"])
    expect(merged.deny.map(({ license }) => license)).toEqual(["WTFPL", "AGPL-3.0-only"])
  })

  test("two lists that have nothing in common allow nothing, not everything", () => {
    expect(stricterLicenses(own, { allow: [because("Zlib")] }).allow).toEqual([])
  })

  test("a list of either side holds where the other has none", () => {
    const open = settingsOf({})
    expect(stricterLicenses(open, { allow: [because("MIT")] }).allow).toEqual([because("MIT")])
    expect(stricterLicenses(own, { allow: null }).allow).toEqual(own.allow)
    expect(stricterLicenses(own, {})).toEqual(own)
  })

  test("unknown licences refuse, and systems are judged, where either says so", () => {
    const lax = settingsOf({ unknown: "report", systemPackages: false })
    expect(stricterLicenses(lax, { unknown: "refuse", systemPackages: true })).toMatchObject({
      unknown: "refuse",
      systemPackages: true,
    })
    expect(stricterLicenses(lax, { unknown: "report", systemPackages: false })).toEqual(lax)
  })

  test("a licence counts as known where both accept it", () => {
    const entry = { package: "pkg:npm/a@1.0.0", license: "MIT", reason: "read" }
    const knowing = settingsOf({ known: [entry] })
    expect(stricterLicenses(knowing, {}).known).toEqual([entry])
    expect(stricterLicenses(knowing, { known: [] }).known).toEqual([])
    expect(stricterLicenses(knowing, { known: [{ ...entry, license: "ISC" }] }).known).toEqual([])
  })
})
