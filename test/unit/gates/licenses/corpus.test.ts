/** Planted licences, and look-alikes that are none (test/corpus/licenses/sboms): each at the line of its lock file, and nothing else. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { imageLabel } from "../../../../src/build/image-label.ts"
import { judgeLicenses } from "../../../../src/gates/licenses/decide.ts"
import { policyOf } from "../../../../src/gates/licenses/policy.ts"
import { readSboms } from "../../../../src/gates/licenses/read.ts"
import { licensesSettings } from "../../../../src/gates/licenses/settings.ts"
import { lockedPackages, readNpmLock } from "../../../../src/languages/node/managers/npm-lock.ts"
import { originsOf } from "../../../../src/languages/node/managers/origins.ts"

const corpus = join(import.meta.dirname, "..", "..", "..", "corpus", "licenses", "sboms")

test.each(readdirSync(corpus))("%s", (name) => {
  const read = (file: string) => readFileSync(join(corpus, name, file), "utf8")
  const { settings: given, findings: expected } = JSON.parse(read("expected.json"))
  const lock = read("package-lock.json")
  const own = {
    ...{ path: ".", name: "shop", version: "1.0.0", scripts: {}, text: "" },
    ...{ devDependencies: {}, optionalDependencies: {}, peerDependencies: {} },
    dependencies: JSON.parse(read("package.json")).dependencies,
  }
  const packages = {
    ...{ ...lockedPackages(lock, "package-lock.json"), lockFile: "package-lock.json", inImage: false },
    ...{ developmentFiles: [], origins: originsOf(readNpmLock(lock, "package-lock.json"), lock, [own], own) },
  }
  const nothing = JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.7", metadata: {}, components: [] })
  const reading = readSboms("shop", {
    label: imageLabel("shop"),
    ...{ fromImage: { text: nothing }, fromPackages: { text: read("packages.cdx.json") }, packages },
  })
  const settings = licensesSettings.parse(given)
  const { findings, errors } = judgeLicenses("shop", reading, policyOf(settings).policy, settings)
  expect(errors).toEqual([])
  expect(
    findings.map(({ rule, location, subject }) => ({
      rule,
      file: location?.file,
      line: location?.line,
      subject,
    })),
  ).toEqual(expected)
})
