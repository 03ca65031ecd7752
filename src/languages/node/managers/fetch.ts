/**
 * `node fetch.ts SPEC BIN PROGRAM OUT [PACKAGE|BIN ALGORITHM HASH]`
 *
 * Puts a package manager of exactly one version from npm's registry into OUT: its package, and in OUT/bin a link PROGRAM to the file of it
 * that Node runs. npm holds the package against the hash of the registry; where the project names a hash, the package as it was sent, or
 * that file, is held against it as well. No scripts of the package run. No packages: it runs in any container with npm.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"

/** How it ends where the registry has no such version, and where the content is not what the project's hash says. */
export const endings = { notThere: 3, otherContent: 4 } as const

export interface FetchRequest {
  /** `pnpm@10.4.1` */
  readonly spec: string
  readonly bin: string
  readonly program: string
  readonly out: string
  readonly hash?: { readonly of: "package" | "bin"; readonly algorithm: string; readonly value: string }
}

/** 0, or one of `endings`, or 1; what went wrong is on stderr. */
export function fetchManager({ spec, bin, program, out, hash }: FetchRequest): number {
  const work = mkdtempSync(join(tmpdir(), "manager-"))
  const name = spec.slice(0, spec.lastIndexOf("@"))
  const npm = (...args: readonly string[]) =>
    spawnSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"], {
      cwd: work,
      encoding: "utf8",
    })
  const packed = npm("pack", spec, "--pack-destination", work)
  if (packed.status !== 0) return failed(packed.stderr, /\b(?:E404|ETARGET|notarget)\b/.test(packed.stderr))
  const [archive = ""] = readdirSync(work).filter((file) => file.endsWith(".tgz"))
  if (hash?.of === "package" && !matches(join(work, archive), hash)) return other(spec, hash)
  const installed = npm("install", "--global", "--prefix", out, join(work, archive))
  if (installed.status !== 0) return failed(installed.stderr, false)
  const file = join(out, "lib/node_modules", name, bin)
  if (hash?.of === "bin" && !matches(file, hash)) return other(spec, hash)
  chmodSync(file, 0o755)
  // Links of its own would start a script that npm's options keep from running, or what another version of it has there.
  const links = join(out, "own")
  mkdirSync(links, { recursive: true })
  symlinkSync(relative(links, file), join(links, program))
  return 0
}

function matches(file: string, { algorithm, value }: { algorithm: string; value: string }): boolean {
  return createHash(algorithm).update(readFileSync(file)).digest("hex") === value
}

function other(spec: string, { algorithm, value }: { algorithm: string; value: string }): number {
  process.stderr.write(`${spec} of the registry is not the content that ${algorithm}.${value} names\n`)
  return endings.otherContent
}

function failed(said: string, isNotThere: boolean): number {
  process.stderr.write(said)
  return isNotThere ? endings.notThere : 1
}

if (import.meta.main) {
  const [spec, bin, program, out, of, algorithm, value] = process.argv.slice(2)
  if (spec === undefined || bin === undefined || program === undefined || out === undefined)
    throw new Error("usage: fetch.ts SPEC BIN PROGRAM OUT [package|bin ALGORITHM HASH]")
  const request: FetchRequest = { spec, bin, program, out }
  if (of === undefined) process.exit(fetchManager(request))
  if (algorithm === undefined || value === undefined || (of !== "package" && of !== "bin"))
    throw new Error(`a hash is one of package or bin, with algorithm and value, and not of ${of}`)
  process.exit(fetchManager({ ...request, hash: { of, algorithm, value } }))
}
