import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** What `cases.json` says of one recorded run. Files are relative to the tool's directory. */
export interface RecordedCase {
  readonly about: string
  readonly args: readonly string[]
  readonly exitCode: number
  /** What the tool wrote into the file named by its own report option, where it wrote one. */
  readonly report?: string
  readonly stdout?: string
  readonly stderr?: string
}

export interface CaseOptions {
  readonly about: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A file in the workspace that the tool writes; kept as `<case>.json`. */
  readonly report?: string
}

/** Runs a real tool in a throw-away workspace and keeps what it said. */
export class Recorder {
  readonly workspace = mkdtempSync(join(tmpdir(), "record-"))
  readonly #cases: Record<string, RecordedCase> = {}
  readonly #binary: string
  readonly #target: string
  readonly #tool: string

  constructor(tool: string, binary: string) {
    this.#tool = tool
    this.#binary = binary
    this.#target = join(import.meta.dirname, "../../../test/recorded", tool)
    rmSync(this.#target, { recursive: true, force: true })
    mkdirSync(this.#target, { recursive: true })
  }

  /** Puts a text file into the workspace. */
  file(path: string, content: string): void {
    const full = join(this.workspace, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, content)
  }

  /** Copies a directory into the workspace. */
  directory(path: string, from: string): void {
    cpSync(from, join(this.workspace, path), { recursive: true })
  }

  record(name: string, options: CaseOptions): void {
    const done = this.#run(this.#binary, options.args, options.env)
    const report = options.report && join(this.workspace, options.report)
    const recorded: RecordedCase = {
      about: options.about,
      args: options.args,
      exitCode: done.exitCode,
      ...(report && existsSync(report) && this.#keep("report", `${name}.json`, readFileSync(report, "utf8"))),
      ...(done.stdout && this.#keep("stdout", `${name}.stdout`, done.stdout)),
      ...(done.stderr && this.#keep("stderr", `${name}.stderr`, done.stderr)),
    }
    if (report) rmSync(report, { force: true })
    this.#cases[name] = recorded
    console.log(`${this.#tool} ${name}: exit ${done.exitCode}`)
  }

  /** Runs a helper (git) in the workspace; its output is not kept. */
  prepare(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const done = this.#run(command, args, env)
    if (done.exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr}`)
  }

  /** Writes `cases.json` and removes the workspace. */
  finish(version: string): void {
    const index = { tool: this.#tool, version, cases: this.#cases }
    writeFileSync(join(this.#target, "cases.json"), `${JSON.stringify(index, null, 2)}\n`)
    rmSync(this.workspace, { recursive: true, force: true })
  }

  #keep<K extends string>(kind: K, file: string, content: string): Record<K, string> {
    // The workspace's name is random: a recording must not change because of it.
    writeFileSync(join(this.#target, file), content.replaceAll(this.workspace, "/workspace"))
    return { [kind]: file } as Record<K, string>
  }

  #run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const done = spawnSync(command, [...args], {
      cwd: this.workspace,
      env: { PATH: process.env.PATH ?? "", HOME: this.workspace, NO_COLOR: "1", TZ: "UTC", ...env },
      encoding: "utf8",
    })
    if (done.error) throw done.error
    return { exitCode: done.status ?? -1, stdout: done.stdout, stderr: done.stderr }
  }
}
