import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { ComponentPackages, Components } from "../../../../src/gates/dependencies/components.ts"
import { decideScan } from "../../../../src/gates/dependencies/decide.ts"
import { lockFilesIn } from "../../../../src/gates/dependencies/lock-files.ts"
import { readScan, type Scan } from "../../../../src/gates/dependencies/read.ts"
import { type DependenciesSettings, defaultSettings } from "../../../../src/gates/dependencies/settings.ts"
import type { Judgement } from "../../../../src/gates/gate.ts"
import { versions } from "../../../../toolchain/versions.ts"

const directory = join(import.meta.dirname, "../../../recorded/osv-scanner")
const { cases } = JSON.parse(readFileSync(join(directory, "cases.json"), "utf8")) as {
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly exitCode: number
        readonly stderr: string
        readonly files: readonly { readonly file: string }[]
      }
    >
  >
}

export const tool = {
  name: "osvScanner",
  version: versions.osvScanner,
  image: "registry.example/osv-scanner:1",
}
export const database = {
  name: "fixture",
  date: "2024-09-11T17:17:48Z",
  digest: `sha256:${"a".repeat(64)}`,
  entries: 29,
}
export const ecosystems = ["Go", "Maven", "NuGet", "PyPI", "npm"]

interface Around {
  readonly texts?: Readonly<Record<string, string>>
  readonly directories?: Readonly<Record<string, string>>
  readonly packages?: readonly ComponentPackages[]
  readonly resolved?: Components["resolved"]
  readonly leftOut?: DependenciesSettings["leftOut"]
  readonly settingsFiles?: readonly string[]
  readonly ecosystems?: readonly string[]
  readonly paths?: readonly string[]
}

/** What osv-scanner once left (test/record/osv-scanner.ts), as its gate would get it. */
export function recorded(name: string, around: Around = {}): Scan {
  const one = cases[name]
  if (one === undefined) throw new Error(`no recording ${name} of osv-scanner`)
  const place = join(directory, name)
  const files = existsSync(place)
    ? Object.fromEntries(readdirSync(place).map((file) => [file, readFileSync(join(place, file), "utf8")]))
    : {}
  const {
    texts = {},
    directories = {},
    packages = [],
    resolved = [],
    leftOut = [],
    settingsFiles = [],
  } = around
  return {
    locks: lockFilesIn(around.paths ?? one.files.map(({ file }) => file), leftOut),
    components: {
      directories: Object.entries(directories).map(([component, path]) => ({ component, path })),
      ...{ packages, resolved, errors: [] },
    },
    settingsFiles,
    texts: new Map(Object.entries(texts)),
    ecosystems: around.ecosystems ?? ecosystems,
    outcome:
      one.exitCode === 0
        ? { finished: true, exitCode: 0, files, out: undefined as never }
        : { finished: false, why: one.stderr.trim() },
  }
}

export function judge(scan: Scan, settings: Partial<DependenciesSettings> = {}): Judgement {
  const { directories } = scan.components
  const components = Object.fromEntries(directories.map(({ component }) => [component, undefined as never]))
  return decideScan(readScan(tool, scan), database, { components }, { ...defaultSettings, ...settings })
}

/** The same run with another text of one of its files. */
export function withFile(scan: Scan, file: string, text: string): Scan {
  if (scan.outcome?.finished !== true) throw new Error("it left no report")
  return { ...scan, outcome: { ...scan.outcome, files: { ...scan.outcome.files, [file]: text } } }
}

export const textOf = (scan: Scan, file: string): string =>
  scan.outcome?.finished === true ? (scan.outcome.files[file] ?? "") : ""
