import { execFileSync, spawnSync } from "node:child_process"
import { randomInt } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Fragment, logArguments, PatchReader } from "../../../../src/gates/secrets/scan/patch.ts"
import { Texts } from "../../../../src/gates/secrets/scan/texts-on-disk.ts"

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** A token of the right form that belongs to nobody, made anew each time: none is ever in this repository. */
export function inventedToken(): string {
  return `ghp_${Array.from({ length: 36 }, () => letters[randomInt(letters.length)]).join("")}`
}

/** A git repository for one test. */
export class Repository {
  readonly path = mkdtempSync(join(tmpdir(), "planted-"))

  constructor(...options: readonly string[]) {
    this.git("init", "--quiet", "--initial-branch", "main", ...options)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true })
  }

  git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=Example", "-c", "user.email=dev@example.com"]
    return execFileSync("git", [...identity, ...args], { cwd: this.path, encoding: "utf8", stdio: "pipe" })
  }

  write(file: string, content: string | Buffer): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true })
    writeFileSync(join(this.path, file), content)
  }

  commit(message: string): string {
    this.git("add", "--all", "--force")
    this.git("commit", "--quiet", "--allow-empty", "--message", message)
    return this.git("rev-parse", "HEAD").trim()
  }
}

/** What git writes of a history for the gate: to a file, as it does there, which it refuses for some forms of a patch. */
export function patchOf(path: string, ...revisions: readonly string[]) {
  const place = mkdtempSync(join(tmpdir(), "patch-"))
  try {
    const output = join(place, "history.patch")
    const args = ["-c", "core.quotePath=false", ...logArguments, `--output=${output}`, ...revisions, "--"]
    const { status, stderr } = spawnSync("git", args, { cwd: path, maxBuffer: 1 << 28 })
    const patch = existsSync(output) ? readFileSync(output) : Buffer.alloc(0)
    return { status, patch, stderr: stderr.toString("utf8") }
  } finally {
    rmSync(place, { recursive: true })
  }
}

/** The fragments of a patch, and its number of commits. */
export function fragmentsOf(patch: Buffer): { readonly fragments: Fragment[]; readonly commits: number } {
  const fragments: Fragment[] = []
  const reader = new PatchReader((fragment) => fragments.push(fragment))
  let rest = patch
  for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
    reader.line(rest.subarray(0, end))
    rest = rest.subarray(end + 1)
  }
  reader.end()
  return { fragments, commits: reader.commits }
}

/** The texts that gitleaks is given of a history, by the name that it sees; and the way back. */
export function textsOf(fragments: readonly Fragment[]) {
  const directory = mkdtempSync(join(tmpdir(), "texts-"))
  const texts = new Texts(directory)
  for (const fragment of fragments) texts.add(fragment)
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const written = names.map((one) => {
    const path = join(one.parentPath, one.name)
    return { name: path.slice(directory.length + 1), text: readFileSync(path, "utf8") }
  })
  rmSync(directory, { recursive: true })
  return { texts, written }
}

/** Where a secret stands in what gitleaks is given, as gitleaks would report it; and that place in the history. */
export function found(fragments: readonly Fragment[], secret: string, rule = "github-pat") {
  const { texts, written } = textsOf(fragments)
  const leaks = written.flatMap(({ name, text }) =>
    text.split("\n").flatMap((line, index) =>
      line.includes(secret)
        ? [
            {
              RuleID: rule,
              File: name,
              StartLine: index + 1,
              EndLine: index + 1,
              Match: "REDACTED",
              Entropy: 4.5,
              Commit: "",
            },
          ]
        : [],
    ),
  )
  return texts
    .placed(leaks)
    .map(({ File, StartLine, Commit }) => ({ file: File, line: StartLine, commit: Commit }))
}
