/** What has to be true of the gate with a real server; each case says in its own words what a user notices. */
import { strict as assert } from "node:assert"
import type { ChildProcess } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type GateResult, SignalboxError } from "../../src/domain/index.ts"
import type { QualityRequest } from "../../src/gates/quality/answers.ts"
import { genericTests } from "../../src/gates/quality/handover.ts"
import { bearer, SonarApi } from "../../src/gates/quality/server/api.ts"
import { judgeAnalysis } from "../../src/gates/quality/server/judge.ts"
import { judgeSent, type Machine, prepare, type Sent, sendTree } from "./gate.ts"
import type { Recorder } from "./recorder.ts"

export interface Ground {
  readonly request: QualityRequest
  readonly token: string
  readonly machine: Machine
  /** Directory of the inputs. */
  readonly input: string
  readonly recorder: Recorder
  /** Ends the server's processes at once; undefined for a server that is not ours to end. */
  readonly kill?: (() => Promise<void>) | undefined
}

export interface Case {
  readonly name: string
  /** Of the recordings. */
  readonly about: string
  run(ground: Ground): Promise<string>
}

const refused = async (work: () => unknown): Promise<SignalboxError> => {
  try {
    await work()
  } catch (thrown) {
    if (thrown instanceof SignalboxError) return thrown
    throw thrown
  }
  throw new assert.AssertionError({ message: "it was no error" })
}

/** Sends an input, and keeps what the scanner has printed. */
async function send(
  { request, input, token, machine, recorder }: Ground,
  name: string,
  change: Partial<Machine> = {},
): Promise<Sent> {
  const tree = join(input, name)
  const sent = await sendTree(request, tree, token, { ...machine, ...change })
  const log = sent.found.scan?.log
  if (log !== undefined)
    recorder.note("scanner.txt", log, [
      [tree, "/src"],
      [machine.scanner.replace(/\/bin\/[^/]+$/, ""), "/opt/sonar-scanner"],
      [machine.place, "/out"],
    ])
  return sent
}

/** Judges an input from its beginning to its end. */
async function judged(
  ground: Ground,
  name: string,
  change: Partial<Machine> = {},
  request: Partial<QualityRequest> = {},
): Promise<GateResult> {
  const all = { ...ground, request: { ...ground.request, ...request } }
  return judgeSent(all.request, await send(all, name, change), ground.token, ground.machine)
}

/** The sound tree, with reports of its tests and their coverage: sent once, and then asked for in several ways. */
const soundTree = new Map<string, Promise<Sent>>()

function soundSent(ground: Ground): Promise<Sent> {
  const known = soundTree.get(ground.machine.place)
  if (known !== undefined) return known
  const file = "test/basket.test.js"
  const lcov = join(ground.machine.place, "sound.lcov.info")
  const tests = join(ground.machine.place, "sound.tests.xml")
  writeFileSync(lcov, "SF:src/basket.js\nDA:3,1\nDA:4,2\nDA:5,2\nDA:7,0\nend_of_record\n")
  const passed = { name: "adds up the basket", file, state: "passed", seconds: 0.01 } as const
  writeFileSync(
    tests,
    genericTests([passed], () => true),
  )
  const sent = send(ground, "sound", { handedOver: { lcov: [lcov], tests: [tests], testFiles: [file] } })
  soundTree.set(ground.machine.place, sent)
  return sent
}

/** Waits until a scanner has said something, or has ended. */
function said(scanner: ChildProcess, words: RegExp): Promise<void> {
  let text = ""
  return new Promise((done) => {
    scanner.once("close", () => done())
    scanner.stdout?.on("data", (chunk) => {
      text += String(chunk)
      if (words.test(text)) done()
    })
  })
}

function isError({ verdict, summary }: GateResult, pattern: RegExp): string {
  assert.equal(verdict, "error", summary)
  assert.match(summary, pattern)
  return summary
}

const unknownToken = "squ_0000000000000000000000000000000000000000"

/** What costs least comes first. `timed-out` asks for an analysis that was sent a moment ago. */
export const cases: readonly Case[] = [
  {
    name: "a token that the server does not know is an error of its own",
    about: "wrong-token",
    run: async (ground) =>
      isError(
        await judged({ ...ground, token: unknownToken }, "sound"),
        /SERVER_REFUSED: the SonarQube server does not know the token/,
      ),
  },
  {
    name: "a project that is not there is an error of its own",
    about: "wrong-project",
    run: async (ground) =>
      isError(
        await judged(ground, "sound", {}, { project: "nowhere" }),
        /SERVER_REFUSED: the SonarQube server has no project "nowhere"/,
      ),
  },
  {
    name: "another quality gate than the one that is asked for is an error of its own",
    about: "other-gate",
    run: async (ground) =>
      isError(
        await judged(ground, "sound", {}, { qualityGate: "Strict" }),
        /SERVER_REFUSED: the SonarQube server judges the project by the quality gate "Signalbox"/,
      ),
  },
  {
    name: "a branch that the edition cannot have is refused before anything is sent",
    about: "branch",
    run: async (ground) => {
      const analysedAs = { branch: "feature/x", pullRequest: { key: "12", into: "main" } }
      return isError(
        await judged(ground, "sound", {}, { analysedAs }),
        /SERVER_REFUSED: the SonarQube server has no branches and no pull requests, and the call names the pull request 12 from feature\/x/,
      )
    },
  },
  {
    name: "an analysis that the server cannot process is an error of its own",
    about: "analysis-failed",
    run: async ({ request, token }) => {
      const form = new FormData()
      form.set("projectKey", request.project)
      form.set("report", new Blob(["no archive"]), "report.zip")
      const sent = await fetch(`${request.server}/api/ce/submit`, {
        ...{ method: "POST", body: form, headers: { authorization: bearer(token) } },
      })
      const { taskId } = (await sent.json()) as { taskId?: string }
      assert.ok(taskId !== undefined, `the server answered ${sent.status}`)
      const api = new SonarApi({ server: request.server, authorization: bearer(token) })
      const report = `projectKey=${request.project}\nceTaskId=${taskId}\n`
      const error = await refused(() => judgeAnalysis(api, report, request))
      assert.equal(error.code, "ANALYSIS_FAILED", error.message)
      return error.message
    },
  },
  {
    name: "a scanner that is killed in the middle is an error",
    about: "killed",
    run: async (ground) => {
      const meanwhile = async (scanner: ChildProcess) => {
        await said(scanner, /Communicating with|SonarScanner Engine|Load/)
        scanner.kill("SIGKILL")
      }
      return isError(
        await judged(ground, "sound", { meanwhile }),
        /TOOL_FAILED: the SonarQube scanner was killed/,
      )
    },
  },
  {
    name: "a server that does not finish in time is an error of its own",
    about: "timed-out",
    run: async (ground) => {
      const short = { ...ground.request, waitMs: 1, wait: "1ms" }
      const sent = await soundSent(ground)
      return isError(await judgeSent(short, sent, ground.token, ground.machine), /ANALYSIS_TIMED_OUT/)
    },
  },
  {
    name: "a server that goes away while its analysis is waited for is an error of its own",
    about: "cut",
    run: async (ground) => {
      const sent = await soundSent(ground)
      ground.recorder.cut = () => true
      try {
        const result = await judgeSent(ground.request, sent, ground.token, ground.machine)
        return isError(result, /SERVER_UNREACHABLE: the SonarQube server did not answer/)
      } finally {
        ground.recorder.cut = () => false
      }
    },
  },
  {
    name: "a sound tree passes, with its coverage and its tests in the measures",
    about: "passed",
    run: async (ground) => {
      const result = await judgeSent(ground.request, await soundSent(ground), ground.token, ground.machine)
      assert.equal(result.verdict, "pass", result.summary)
      assert.equal(result.figures.tests, 1)
      assert.equal(result.figures.coverage, 75, JSON.stringify(result.figures))
      return result.summary
    },
  },
  {
    name: "a faulty tree fails, with the conditions and the issues at file and line, whatever its own settings say",
    about: "failed",
    run: async (ground) => {
      const result = await judged(ground, "faulty")
      assert.equal(result.verdict, "fail", result.summary)
      const rules = result.findings.map(({ rule }) => rule)
      assert.ok(rules.includes("quality-gate-condition"), rules.join())
      const at = (file: string, line: number) =>
        result.findings.some(({ location }) => location?.file === file && location.line === line)
      for (const [file, line] of [
        ["src/basket.js", 6],
        ["vendor/rates.js", 5],
        ["src/quiet.js", 3],
      ] as const)
        assert.ok(at(file, line), `${file}:${line} is missing in ${JSON.stringify(result.findings)}`)
      assert.equal(rules.filter((rule) => rule === "tree-settings-ignored").length, 3)
      assert.equal(rules.filter((rule) => rule === "switched-off").length, 1)
      return `${result.summary}\n${result.findings.map(({ rule, location }) => `${rule} ${location?.file}:${location?.line}`).join("\n")}`
    },
  },
  {
    name: "a tree in which the server finds no line of code is an error",
    about: "empty",
    run: async (ground) => isError(await judged(ground, "empty"), /no line of code|judged nothing/),
  },
  {
    name: "and the scanner that names one all the same says what the server is missing",
    about: "branch-sent",
    run: async (ground) =>
      isError(await judged(ground, "sound", { branch: "feature/x" }), /Developer Edition/),
  },
]

/** Ends the server: nothing can be asked of it after that. */
export const lastCases: readonly Case[] = [
  {
    name: "a server that is killed while the scanner sends to it is an error of its own",
    about: "server-killed",
    run: async (ground) => {
      const { kill } = ground
      assert.ok(kill !== undefined)
      const meanwhile = async (scanner: ChildProcess) => {
        await said(scanner, /Communicating with|SonarScanner Engine|Load/)
        await kill()
      }
      return isError(
        await judged(ground, "sound", { meanwhile }),
        /SERVER_UNREACHABLE: the SonarQube server went away/,
      )
    },
  },
  {
    name: "a server that is away is an error of its own",
    about: "away",
    run: async (ground) =>
      isError(await judged(ground, "sound"), /SERVER_UNREACHABLE: the SonarQube server did not answer/),
  },
]

/** While it starts. */
export const starting: Case = {
  name: "a server that is still starting is an error of its own",
  about: "starting",
  run: async ({ request, machine, input }) => {
    const short = { ...request, conditions: null, waitMs: 1, wait: "1ms" }
    const error = await refused(() => prepare(short, join(input, "sound"), { SONAR_TOKEN: "none" }, machine))
    assert.equal(error.code, "SERVER_NOT_READY", error.message)
    return error.message
  },
}

/** Nothing that a step has left holds the token. */
export function filesWith(secret: string, files: readonly string[]): readonly string[] {
  return files.filter((file) => readFileSync(file).includes(secret))
}
