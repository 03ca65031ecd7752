import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { codeIn } from "../../src/gates/engine/code-digests.ts"
import { banditArgs } from "../../src/gates/static-analysis/bandit.ts"
import { placesToCite } from "../../src/gates/static-analysis/decide.ts"
import { fileKinds, mixed } from "../../src/gates/static-analysis/languages.ts"
import { knownOwn, readRuleFile } from "../../src/gates/static-analysis/rule-files.ts"
import { ownRules, ruleFile } from "../../src/gates/static-analysis/rules/index.ts"
import { copySelected, selectFiles } from "../../src/gates/static-analysis/select.ts"
import { sarifName, semgrepArgs, semgrepVariables } from "../../src/gates/static-analysis/semgrep-run.ts"
import { corpus } from "./linters.ts"

const root = join(import.meta.dirname, "../..")

interface ScanCase {
  readonly about: string
  readonly files: Readonly<Record<string, string>>
  /** Of the project. Default: none. */
  readonly rules?: string
  readonly exclude?: readonly { readonly path: string; readonly reason: string }[]
  /** Differs from how the gate runs semgrep. */
  readonly seconds?: number
  readonly more?: readonly string[]
  readonly killedAfter?: string
}

const clean = "export const sum = (a, b) => a + b\n"
const built = 'eval("f(" + process.argv[2] + ")")\n'
const houseRule = (pattern: string) =>
  `rules:\n  - { id: house, languages: [python], severity: LOW, message: Not here., pattern: ${JSON.stringify(pattern)} }\n`

const cases: Readonly<Record<string, ScanCase>> = {
  corpus: {
    about: "the corpus of this gate",
    files: corpus("static-analysis"),
    rules: corpus("static-analysis")["rules/house.yaml"] ?? "",
    exclude: [{ path: "planted/vendor", reason: "another project's code as it was published" }],
  },
  clean: { about: "two sound files", files: { "a.js": clean, "b.py": "def add(a, b):\n    return a + b\n" } },
  findings: {
    about:
      "faults under comments and settings that would switch them off, in places that semgrep leaves out by default",
    files: {
      "tests/a.js": `${built.trim()} // nosemgrep\n`,
      ".hidden/b.min.js": built,
      "c.py": "import pickle\n\npickle.loads(open('x').read())  # nosec\n",
      ".semgrepignore": "tests/\n*.py\n",
      ".bandit": "[bandit]\nskips = B301,B403\n",
    },
  },
  one: { about: "one fault that semgrep finds", files: { "a.js": built } },
  script: { about: "a script that no ending names", files: { "bin/run": `#!/usr/bin/env node\n${built}` } },
  partial: {
    about: "a file of which it cannot parse a part",
    files: { "a.js": "function f(x) { eval(x) }\nfunction g( { \neval(y)\n" },
  },
  unparsed: {
    about: "a file of which it can parse nothing",
    files: { "a.js": "function g( {\n child(eval(x)\n", "b.py": "def broken(:\n" },
  },
  crashed: {
    about: "a call at which one of bandit's rules crashes: it says so on stderr alone",
    files: {
      "a.py":
        'from django.db.models.expressions import RawSQL\n\n\ndef f(q):\n    return RawSQL(**{"sql": q, "params": []})\n',
    },
  },
  "timed-out": {
    about: "a rule that did not end on a file",
    files: { "a.js": built.repeat(40_000), "b.js": clean },
    seconds: 1,
  },
  "bad-rule": { about: "a pattern that is no code", files: { "a.py": "f()\n" }, rules: houseRule("f(((") },
  crash: { about: "an option that it does not know", files: { "a.js": clean }, more: ["--no-such-option"] },
  killed: { about: "ended by SIGKILL", files: { "a.js": built.repeat(40_000) }, killedAfter: "4" },
}

/** Runs both tools as the gate does, and keeps what they leave: `CASE/` holds their reports, cases.json how each ended. */
export function recordStaticAnalysis(tools: string): void {
  const target = join(root, "test/recorded/static-analysis")
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const env = { ...semgrepVariables, PATH: `${tools}:${process.env.PATH}` }
  const version = spawnSync("bandit", ["--version"], { encoding: "utf8", env }).stdout
  const ended: Record<string, object> = {}
  for (const [name, one] of Object.entries(cases)) {
    const work = mkdtempSync(join(tmpdir(), "record-"))
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), text)
    }
    mkdirSync(join(work, "in"), { recursive: true })
    for (const [file, text] of Object.entries(one.files)) write(`in/${file}`, text)
    const own = knownOwn(ownRules)
    const house = one.rules === undefined ? undefined : readRuleFile("house.yaml", one.rules)
    if (house !== undefined && "problem" in house) throw new Error(house.problem)
    const rules = [...own, ...(house?.rules ?? [])]
    const ruled = [...new Set(rules.flatMap(({ languages }) => languages))].sort()
    const request = { kinds: fileKinds, ruled, mixed, exclude: one.exclude ?? [] }
    copySelected(join(work, "in"), join(work, "out"), request)
    write("1.yaml", ruleFile(ownRules))
    if (house !== undefined) write("2.yaml", house.text)
    const files = house === undefined ? ["1.yaml"] : ["1.yaml", "2.yaml"]
    const args = [
      ...semgrepArgs(
        work,
        files.map((file) => join(work, file)),
        one.seconds ?? 30,
      ),
      ...(one.more ?? []),
    ]
    const options = { encoding: "utf8", env, cwd: join(work, "out/tree"), maxBuffer: 1 << 28 } as const
    const semgrep =
      one.killedAfter === undefined
        ? spawnSync("semgrep", args, options)
        : spawnSync("timeout", ["-s", "KILL", one.killedAfter, "semgrep", ...args], options)
    const bandit = spawnSync("bandit", [...banditArgs], options)
    mkdirSync(join(target, name))
    writeFileSync(join(target, name, "semgrep.json"), semgrep.stdout)
    if (existsSync(join(work, sarifName)))
      writeFileSync(join(target, name, sarifName), readFileSync(join(work, sarifName)))
    writeFileSync(join(target, name, "bandit.json"), bandit.stdout)
    const known = rules.map(({ id, languages, limited }) => ({ id, languages, limited }))
    const selected = selectFiles(join(work, "in"), request)
    const outcome = (exitCode: number | null, files: Readonly<Record<string, string>>) =>
      ({ finished: true, exitCode: exitCode ?? 0, files, out: undefined as never }) as const
    const sarif = join(target, name, sarifName)
    const places = placesToCite({
      ...{ tools: [], problems: [], rules: known, selected },
      semgrep: outcome(semgrep.status, {
        "stdout.txt": semgrep.stdout,
        ...(existsSync(sarif) ? { [sarifName]: readFileSync(sarif, "utf8") } : {}),
      }),
      ...(selected.files.some(({ language }) => language === "python")
        ? {
            bandit: {
              outcome: outcome(bandit.status, { "stdout.txt": bandit.stdout, "stderr.txt": bandit.stderr }),
              version,
            },
          }
        : {}),
    })
    ended[name] = {
      about: one.about,
      rules: known,
      selected,
      code: codeIn(join(work, "out/tree"), places),
      semgrep: {
        exitCode: semgrep.status,
        stderr: semgrep.stderr.replaceAll(work, "/workspace").slice(-2000),
      },
      bandit: {
        exitCode: bandit.status,
        version,
        ...(bandit.stderr === "" ? {} : { stderr: bandit.stderr.replaceAll(dirname(tools), "/tools") }),
      },
    }
    rmSync(work, { recursive: true })
    console.log(
      `static-analysis ${name}: semgrep ${semgrep.status ?? semgrep.signal}, bandit ${bandit.status}`,
    )
  }
  writeFileSync(join(target, "cases.json"), `${JSON.stringify({ cases: ended }, null, 2)}\n`)
}
