/**
 * Calls that fail where no image of the toolbox can be pulled, as on a machine without a network: each still says its own
 * error, and ends with its own exit code.
 */
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest"
import { canonicalJson, toJson, treeDigest } from "../../src/domain/index.ts"
import { createRecord } from "../../src/evidence/index.ts"
import { gate, report } from "../unit/report/reports.ts"
import { dagger, finalError } from "./harness/index.ts"
import { type Project, project, told } from "./support/project.ts"
import { libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 280_000, hookTimeout: 120_000 })

/** A release whose gate's report is not with it. */
const record = createRecord({
  project: "shop",
  version: "1.4.0",
  source: { commit: "c".repeat(40), tree: "d".repeat(40) },
  images: [
    {
      component: "web",
      repository: "r.example/shop/web",
      digest: `sha256:${"e".repeat(64)}`,
      platform: "linux/amd64",
      bytes: 1,
    },
  ],
  chart: { name: "app", version: "0.1.0", digest: treeDigest(new Map([["Chart.yaml", "name: app"]])) },
  gates: report([gate({ gate: "lint", tools: [] })], { context: "release" }),
  builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
  created: "2026-01-02T03:04:05Z",
})

let here: Project

beforeAll(async () => {
  here = await project()
  const toolbox = await here.files.read("toolbox.yaml")
  await here.write({
    "toolbox.yaml": toolbox.replaceAll(/image: "?[^\s,"}]+"?/g, 'image: "127.0.0.1:9/nowhere:1"'),
    "broken.yaml": "schemaVersion: 1\ntolls: {}\n",
    "record/record.json": canonicalJson(toJson(record)),
    "record/chart/Chart.yaml": "name: app",
  })
})

afterAll(() => here[Symbol.asyncDispose]())

describe("where no image can be pulled", () => {
  test("sibling of V24: a bad record ends with 16 and its list of checks", async () => {
    const outcome = await here.call(["verify-release", "--record", "record"])
    const error = finalError(outcome)
    expect(error).toMatch(/^FAIL gate lint: its report is missing/m)
    expect(told(error).errors).toEqual([expect.stringMatching(/^EVIDENCE_MISSING: 1 of \d+ checks failed/)])
    expect(outcome.code).toBe(16)
  })

  it.each([
    [
      "a call that returns an object",
      13,
      ["render", "--environment", "stagin"],
      /^UNKNOWN_ENVIRONMENT: .*stagin/,
    ],
    ["a build", 13, ["build", "--component", "wbe", "sizes"], /^UNKNOWN_COMPONENT: .*wbe/],
    ["a toolbox with a mistake", 13, ["--toolbox", "broken.yaml", "doctor"], /^CONFIG_INVALID: /],
    ["a call that needs one", 11, ["doctor"], /^REGISTRY_UNREACHABLE: an image cannot be pulled/],
  ])("sibling of V24: %s ends with %i", async (_, code, args, says) => {
    const outcome = await here.call(args)
    const { errors, next } = told(finalError(outcome))
    expect(errors).toEqual([expect.stringMatching(says)])
    expect(next).toMatch(/\S/)
    expect(outcome.code).toBe(code)
  })
})

test("sibling of V24: a repository that git cannot read is no failure without a code", async () => {
  await here.write({ "damaged/.git/HEAD": "junk\n" })
  const outcome = await here.call(["--git", "damaged", "status", "--environment", "staging"])
  expect(told(finalError(outcome)).errors).toEqual([expect.stringMatching(/^TOOL_FAILED: .*check out/)])
  expect(finalError(outcome)).toContain("not a git repository")
  expect(outcome.code).toBe(11)
})

describe("key new", () => {
  const keyNew = (password: string) =>
    dagger(["call", "-m", libraryRoot, "key", "new", "--password", password, "entries"], {
      cwd: here.files.path,
      env: { EMPTY_PASSWORD: "" },
    })

  it.each([
    ["an empty password", "env://EMPTY_PASSWORD", /^USAGE: the password is empty/],
    ["a file with an empty line", "file://empty.txt", /^USAGE: the password is empty/],
    ["a variable that is not set", "env://TEST_NOWHERE", /^SECRET_MISSING: /],
    ["a file that is not there", "file://nowhere.txt", /^SECRET_MISSING: /],
    ["a command that fails", "cmd://false", /^SECRET_MISSING: /],
  ])("sibling of V24: ends with 13 for %s", async (_, password, says) => {
    await here.write({ "empty.txt": "\n" })
    const outcome = await keyNew(password)
    const { errors, next } = told(finalError(outcome))
    expect(errors).toEqual([expect.stringMatching(says)])
    expect(next).toMatch(/\S/)
    expect(outcome.code).toBe(13)
  })
})
