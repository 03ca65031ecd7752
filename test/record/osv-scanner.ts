import { spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { lockFilesIn } from "../../src/gates/dependencies/lock-files.ts"
import type { ScanRequest } from "../../src/gates/dependencies/scan/main.ts"
import { osvArguments, settingsFile } from "../../src/gates/dependencies/tool.ts"
import { corpus } from "./linters.ts"
import { forms } from "./lock-forms.ts"

const root = join(import.meta.dirname, "../..")
const program = join(root, "src/gates/dependencies/scan/main.ts")

interface ScanCase {
  readonly about: string
  readonly files: Readonly<Record<string, string>>
  /** Differs from how the gate runs it. */
  readonly request?: Partial<ScanRequest>
  /** Changes the databases, below a directory of theirs. */
  readonly databases?: (directory: string) => void
}

type Packages = Readonly<Record<string, string>>

/** A lock file as npm writes it (version 3), reduced to what a scanner reads. */
function npmLock(dependencies: Packages, development: Packages = {}): string {
  const entries = (names: Packages, extra: object) =>
    Object.entries(names).map(([name, version]) => [`node_modules/${name}`, { version, ...extra }])
  const packages = [
    ["", { name: "app", dependencies, devDependencies: development }],
    ...entries(dependencies, {}),
    ...entries(development, { dev: true }),
  ]
  return `${JSON.stringify({ name: "app", lockfileVersion: 3, packages: Object.fromEntries(packages) }, undefined, 2)}\n`
}

const found = npmLock({ minimist: "1.2.5", ws: "8.17.1" }, { json5: "2.2.1" })
const poetry = `[[package]]
name = "jinja2"
version = "3.1.2"
groups = ["dev"]

[[package]]
name = "urllib3"
version = "2.0.5"
groups = ["main", "dev"]

[metadata]
lock-version = "2.1"
`
const resolved = (...names: readonly (readonly [string, string])[]) =>
  JSON.stringify({
    results: [
      { packages: names.map(([name, version]) => ({ package: { name, version, ecosystem: "Maven" } })) },
    ],
  })
const ignoring =
  '[[IgnoredVulns]]\nid = "CVE-2021-44906"\nreason = "none"\n\n[[PackageOverrides]]\necosystem = "npm"\nignore = true\n'
const many = npmLock(
  Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`package-${at}`, "1.0.0"])),
)

const cases: Readonly<Record<string, ScanCase>> = {
  corpus: { about: "the corpus of this gate", files: corpus("dependencies") },
  clean: {
    about: "fixed versions",
    files: { "package-lock.json": npmLock({ minimist: "1.2.6" }, { json5: "2.2.2" }) },
  },
  findings: {
    about:
      "minimist 1.2.5, and json5 2.2.1 for development; settings of the tree that would ignore all of it",
    files: { "web/package-lock.json": found, "web/osv-scanner.toml": ignoring, "osv-scanner.toml": ignoring },
  },
  one: { about: "one vulnerability", files: { "package-lock.json": npmLock({ minimist: "1.2.5" }) } },
  poetry: { about: "jinja2 for development, urllib3 for both", files: { "poetry.lock": poetry } },
  resolved: {
    about: "packages that Maven resolved, in the scanner's own form",
    files: {},
    request: { files: [{ file: ".signalbox/api/osv-scanner.json", form: "osv-scanner" }] },
  },
  pom: {
    about: "a pom of which one dependency has its version from a parent",
    files: {
      "pom.xml": [
        "<project><modelVersion>4.0.0</modelVersion>",
        "<parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version></parent><artifactId>a</artifactId>",
        "<properties><log4j.version>2.14.1</log4j.version></properties><dependencies>",
        "<dependency><groupId>org.apache.logging.log4j</groupId>",
        "<artifactId>log4j-core</artifactId>",
        `<version>${"$"}{log4j.version}</version></dependency>`,
        "<dependency><groupId>org.apache.commons</groupId><artifactId>commons-text</artifactId></dependency>",
        "</dependencies></project>\n",
      ].join("\n"),
    },
  },
  forms: {
    about: "a lock file of each form; the database has nothing of most",
    files: forms,
    databases: (directory) => {
      for (const name of ["Hex", "Packagist", "Pub", "RubyGems", "crates.io"]) {
        mkdirSync(join(directory, name))
        writeFileSync(
          join(directory, `${name}.json`),
          JSON.stringify({ id: "X-1", modified: "2024-01-01T00:00:00Z" }),
        )
        const done = spawnSync("python3", [
          "-c",
          pack,
          join(directory, name, "all.zip"),
          join(directory, `${name}.json`),
        ])
        if (done.status !== 0) throw new Error(String(done.stderr))
      }
    },
  },
  "no-packages": { about: "a lock file that names no package", files: { "package-lock.json": npmLock({}) } },
  "beside-no-packages": {
    about: "one that names none, beside one that does",
    files: { "a/package-lock.json": npmLock({}), "b/package-lock.json": npmLock({ minimist: "1.2.6" }) },
  },
  "without-version": {
    about: "requirements without an exact version, and those of a file that one leads to",
    files: {
      "requirements.txt": "-r more.in\nflask\njinja2>=3.0\nPyYAML==5.3\n",
      "more.in": "urllib3==2.0.5\n",
    },
  },
  unreadable: {
    about: "two lock files that are cut off, beside sound ones",
    files: {
      "a/package-lock.json": found.slice(0, 90),
      "b/package-lock.json": found,
      "c/go.mod": "module\n(",
      "d/go.mod": "module d\n",
    },
  },
  "no-database": {
    about: "no advisories for Go",
    files: { "package-lock.json": npmLock({ minimist: "1.2.6" }), "go.mod": "module d\n\ngo 1.24.0\n" },
    databases: (directory) => rmSync(join(directory, "Go"), { recursive: true }),
  },
  "damaged-database": {
    about: "advisories that are no archive",
    files: { "package-lock.json": found },
    databases: (directory) => writeFileSync(join(directory, "npm/all.zip"), "this is no archive"),
  },
  "damaged-advisory": {
    about: "an advisory in the archive that is cut off",
    files: { "package-lock.json": found },
    databases: (directory) => {
      const file = join(directory, "GHSA-xvch-5gv4-984h.json")
      writeFileSync(file, '{"id": "GHSA-xvch-5gv4-984h", "affected": [')
      const done = spawnSync("python3", ["-c", pack, join(directory, "npm/all.zip"), file], {
        encoding: "utf8",
      })
      if (done.status !== 0) throw new Error(done.stderr)
    },
  },
  harmful: {
    about: "a package that was published to do harm, whose advisory has no rating; one that was withdrawn",
    files: { "package-lock.json": npmLock({ "left-pat": "1.0.0", ws: "8.17.1" }) },
    databases: (directory) => {
      const range = { type: "SEMVER", events: [{ introduced: "0" }] }
      const affected = (name: string) => [{ package: { ecosystem: "npm", name }, ranges: [range] }]
      const advisories = {
        "MAL-2024-1": {
          id: "MAL-2024-1",
          summary: "Malicious code in left-pat (npm)",
          affected: affected("left-pat"),
        },
        "GHSA-2222-2222-2222": {
          id: "GHSA-2222-2222-2222",
          withdrawn: "2024-01-02T00:00:00Z",
          affected: affected("ws"),
        },
      }
      for (const [id, advisory] of Object.entries(advisories)) {
        const file = join(directory, `${id}.json`)
        writeFileSync(file, JSON.stringify({ modified: "2024-01-01T00:00:00Z", ...advisory }))
        const done = spawnSync("python3", ["-c", pack, join(directory, "npm/all.zip"), file], {
          encoding: "utf8",
        })
        if (done.status !== 0) throw new Error(done.stderr)
      }
    },
  },
  crash: {
    about: "an argument that it does not know",
    files: { "package-lock.json": found },
    request: { args: ["scan", "source", "--nothing"] },
  },
  "time-out": {
    about: "a lock file that takes it longer than it has",
    files: { "package-lock.json": many },
    request: { seconds: 0.05 },
  },
  missing: {
    about: "no such program",
    files: { "package-lock.json": found },
    request: { command: "osv-scanner-of-nowhere" },
  },
}

/** Adds a file to an archive, or writes it over. */
const pack = `
import sys, zipfile, os
archive, file = sys.argv[1:]
name = os.path.basename(file)
kept = {}
if os.path.exists(archive):
    with zipfile.ZipFile(archive) as old: kept = {n: old.read(n) for n in old.namelist() if n != name}
kept[name] = open(file).read()
with zipfile.ZipFile(archive, "w") as new: [new.writestr(n, c) for n, c in kept.items()]
`

/**
 * Runs osv-scanner as its gate does, and keeps what that leaves: `CASE/` holds the reports and looked.json, cases.json how each ended.
 * @param tools directory of the program @param database directory with ECOSYSTEM.zip, as toolchain/advisories makes it
 */
export function recordOsvScanner(tools: string, database: string): void {
  const target = join(root, "test/recorded/osv-scanner")
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const ended = Object.fromEntries(
    Object.entries(cases).map(([name, one]) => [name, record(name, one, { tools, database, target })]),
  )
  writeFileSync(
    join(target, "cases.json"),
    `${JSON.stringify({ tool: "osv-scanner", cases: ended }, undefined, 2)}\n`,
  )
}

interface Places {
  readonly tools: string
  readonly database: string
  readonly target: string
}

function record(
  name: string,
  { about, files, request, databases }: ScanCase,
  { tools, database, target }: Places,
): object {
  const work = mkdtempSync(join(tmpdir(), "record-"))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(work, path)), { recursive: true })
    writeFileSync(join(work, path), text)
  }
  for (const [file, text] of Object.entries(files)) write(`tree/${file}`, text)
  if (name === "resolved")
    write(
      "tree/.signalbox/api/osv-scanner.json",
      resolved(
        ["org.apache.logging.log4j:log4j-core", "2.14.1"],
        ["org.apache.commons:commons-text", "1.9"],
        ["junit:junit", "4.13.2"],
      ),
    )
  const below = join(work, "databases/osv-scanner")
  for (const file of readdirSync(database).filter((one) => one.endsWith(".zip"))) {
    mkdirSync(join(below, file.slice(0, -4)), { recursive: true })
    cpSync(join(database, file), join(below, file.slice(0, -4), "all.zip"))
  }
  databases?.(below)
  write("settings", "")
  const { files: locks } = lockFilesIn(Object.keys(files).sort(), [])
  const asked: ScanRequest = {
    ...{ command: "osv-scanner", args: osvArguments, seconds: 60 },
    files: locks.map(({ file, form }) => ({ file, form })),
    ...request,
  }
  const args = asked.args.map((arg) => (arg === settingsFile ? join(work, "settings") : arg))
  write("request.json", JSON.stringify({ ...asked, args }))
  mkdirSync(join(work, "out"))
  const done = spawnSync(
    process.execPath,
    [program, join(work, "request.json"), join(work, "out"), join(work, "tree")],
    {
      encoding: "utf8",
      env: {
        PATH: `${tools}:${process.env.PATH}`,
        HOME: "/nowhere",
        OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: join(work, "databases"),
      },
    },
  )
  const plain = (text: string) =>
    text
      .replaceAll(`${work}/tree`, "/tree")
      .replaceAll(`${work}/databases`, "/databases")
      .replaceAll(`${work.slice(1)}/tree`, "tree")
      .replaceAll(work, "/workspace")
  if (existsSync(join(work, "out/looked.json")))
    for (const file of readdirSync(join(work, "out"))) {
      mkdirSync(join(target, name), { recursive: true })
      writeFileSync(join(target, name, file), plain(readFileSync(join(work, "out", file), "utf8")))
    }
  rmSync(work, { recursive: true })
  console.log(`osv-scanner ${name}: exit ${done.status}`)
  return { about, exitCode: done.status, files: locks, stderr: plain(done.stderr) }
}
