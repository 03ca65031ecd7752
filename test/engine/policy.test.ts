/**
 * The law comes from the protected base, never from the tree under test: a feature branch and a pull request, with all that
 * they can write into their own tree, on the real engine and real git.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parse, stringify } from "yaml"
import { finalError, type Outcome } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { git, pushMain } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let here: Project
let config: string
let base: string

beforeAll(async () => {
  here = await project()
  config = await here.files.read("signalbox.yaml")
  base = await git(here.files.path, "rev-parse", "HEAD")
  await pushMain(here.files.path)
})
afterAll(() => here?.[Symbol.asyncDispose]())

/** A feature branch with files of its own. */
async function branch(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await git(here.files.path, "checkout", "--quiet", "--force", "-B", name, base)
  await here.write(files)
  await git(here.files.path, "add", "--all", "--force")
  await git(here.files.path, "commit", "--quiet", "--message", `feat: ${name}`)
}

const assert = (...args: string[]): Promise<Outcome> =>
  here.call(["gates", "--context", "fork", ...args, "assert", "--partial"])
const typesOnly = ["--only", "typecheck"]

describe("V04 a branch that lowers the bar that judges it", () => {
  it("does not take the coverage of its own minimum, and learns what would have to be approved", async () => {
    await branch("lower", {
      "signalbox.yaml": config.replace(/coverageMinimum: \d+/, "coverageMinimum: 0"),
      "web/src/left.ts": 'export function left(n: number): string {\n  return n > 1 ? "a" : "b"\n}\n'.repeat(
        1,
      ),
      "web/src/basket.ts": `${await here.files.read("web/src/basket.ts")}${uncovered}`,
    })
    const judged = await assert("--only", "coverage")
    expect(judged.code).toBe(17)
    const hash = /--approve-policy (sha256:[0-9a-f]{64})/.exec(judged.stderr)?.[1] ?? "none"
    // What a failed exec has printed is part of the CLI's error.
    expect(judged.stderr).toContain("components.web.coverageMinimum")
    expect(judged.stderr).toContain("refs/remotes/origin/main")
    const approved = await here.call([
      ...["--approve-policy", hash, "gates", "--only", "coverage", "assert", "--partial"],
    ])
    expect([approved.code, finalError(approved)]).toEqual([0, ""])
    expect(approved.stdout).toContain(`approved as ${hash}`)
    const other = await here.call([
      "--approve-policy",
      hash.replace(/.$/, "0"),
      "gates",
      ...typesOnly,
      "json",
    ])
    expect([other.code, finalError(other)]).toEqual([13, expect.stringContaining("not the one of this tree")])
  })

  it("runs in the tools of its own toolbox file only once its policy is approved", async () => {
    const nowhere = `sha256:${"0".repeat(64)}`
    const toolbox = parse(await here.files.read("toolbox.yaml")) as { tools: { node: { digest: string } } }
    toolbox.tools.node.digest = nowhere
    const basket = await git(here.files.path, "show", `${base}:web/src/basket.ts`)
    await branch("tools", {
      "signalbox.yaml": config.replace(/coverageMinimum: \d+/, "coverageMinimum: 0"),
      "toolbox.yaml": stringify(toolbox),
      "web/src/basket.ts": `${basket}${uncovered}`,
    })
    const judged = await assert("--only", "coverage")
    expect([judged.code, judged.stderr]).toEqual([17, expect.stringContaining("toolbox.tools.node.digest")])
    const hash = /--approve-policy (sha256:[0-9a-f]{64})/.exec(judged.stderr)?.[1] ?? "none"
    const approved = await here.call([
      ...["--approve-policy", hash, "gates", "--only", "coverage", "assert", "--partial"],
    ])
    expect([approved.code, approved.stderr]).toEqual([11, expect.stringContaining(nowhere)])
  })

  it("has no gate of its own run before its policy is approved, also where it fails", async () => {
    const toolbox = await git(here.files.path, "show", `${base}:toolbox.yaml`)
    const { node } = parse(toolbox).tools as { node: Record<string, string> }
    const own = { image: node.image, digest: node.digest, command: ["node", "-e", "process.exit(3)"] }
    const custom = { mine: { ...own, report: "mine.sarif", tree: ["web"] } }
    const basket = await git(here.files.path, "show", `${base}:web/src/basket.ts`)
    await branch("own-gate", {
      "signalbox.yaml": `${config.replace(/coverageMinimum: \d+/, "coverageMinimum: 0")}${stringify({ gates: { custom, required: { fork: ["coverage", "custom.mine"] } } })}`,
      "web/src/basket.ts": `${basket}${uncovered}`,
    })
    const all = ["typecheck", "lint", "unit", "secrets", "vulnerabilities", "images", "charts"]
    const others = all.flatMap((gate) => ["--skip", gate])
    // Had it run, the tree would pass by neither policy, and the call would end with what was found.
    const judged = await assert(...others)
    expect([judged.code, judged.stderr]).toEqual([17, expect.stringContaining("gates.custom.mine")])
    const hash = /--approve-policy (sha256:[0-9a-f]{64})/.exec(judged.stderr)?.[1] ?? "none"
    const approved = await here.call([
      ...["--approve-policy", hash, "gates", "--context", "fork", ...others, "assert", "--partial"],
    ])
    expect([approved.code, approved.stderr]).toEqual([11, expect.stringContaining("ended with 3")])
  })

  it("is refused with a committed .env that names an argument, wherever it lies; an application's own passes", async () => {
    for (const file of [".env", "web/.env"]) {
      await branch("env", { [file]: "PORT=1\nexport SIGNALBOX_GATES_ONLY=typecheck\n" })
      const refused = await assert(...typesOnly)
      expect([refused.code, finalError(refused)]).toEqual([13, expect.stringContaining(`${file}:2:1`)])
      expect(finalError(refused)).toContain("SIGNALBOX_GATES_ONLY")
    }
    await branch("own-env", { ".env": "DATABASE_URL=postgres://localhost\nSOURCE=./elsewhere\n" })
    const passed = await assert(...typesOnly)
    expect([passed.code, finalError(passed)]).toEqual([0, ""])
  })

  it("leaves out no gate: a smaller report is no verdict, whoever made it smaller", async () => {
    await branch("plain", { "NOTES.md": "nothing\n" })
    const partial = await here.call(["gates", ...typesOnly, "assert"])
    expect([partial.code, finalError(partial)]).toEqual([11, expect.stringContaining("leaves out gates")])
  })

  it("chooses no image of a scanner: its toolbox.yaml is not its own", async () => {
    const toolbox = parse(await here.files.read("toolbox.yaml"))
    toolbox.tools.node.digest = `sha256:${"0".repeat(64)}`
    await branch("tools", { "toolbox.yaml": stringify(toolbox) })
    const judged = await here.call(["gates", ...typesOnly, "markdown"])
    expect([judged.code, finalError(judged)]).toEqual([0, ""])
    expect(judged.stdout).toContain("toolbox.tools.node.digest")
  })
})

describe("V03 a branch that names itself the protected one", () => {
  it.each([
    ["its name", "protectedBranches: [feature/x]\n"],
    ["a name beside main", "protectedBranches: [main, feature/x]\n"],
  ])("releases nothing: %s", async (_name, line) => {
    await branch("feature/x", { "signalbox.yaml": `${config}${line}` })
    await git(here.files.path, "tag", "--force", "v9.9.9")
    const released = await here.call(["publish", "--version", "9.9.9", "--tag", "v9.9.9"])
    expect([released.code, finalError(released)]).toEqual([
      16,
      expect.stringContaining("v9.9.9 is not on a protected branch"),
    ])
  })

  it("sibling of V03: neither does a local main that was never pushed", async () => {
    await branch("unpushed", { "NOTES.md": "more\n" })
    await git(here.files.path, "branch", "--force", "main", "unpushed")
    const released = await here.call(["publish", "--version", "9.9.8"])
    await git(here.files.path, "branch", "--force", "main", base)
    expect([released.code, finalError(released)]).toEqual([
      16,
      expect.stringContaining("HEAD is not on a protected"),
    ])
  })

  it("C18 a clone without the branch is told how to fetch it, and not that the commit is elsewhere", async () => {
    await branch("alone", { "NOTES.md": "alone\n" })
    const unknown = await here.call([
      "--policy-ref",
      "refs/remotes/upstream/main",
      "gates",
      ...typesOnly,
      "json",
    ])
    expect([unknown.code, finalError(unknown)]).toEqual([
      13,
      expect.stringContaining("git fetch origin main:refs/remotes/origin/main"),
    ])
    await git(here.files.path, "config", "remote.upstream.url", "unused")
    await git(here.files.path, "update-ref", "refs/remotes/upstream/trunk", base)
    const absent = await here.call([
      ...["--policy-ref", "refs/remotes/upstream/trunk", "publish", "--version", "9.9.7"],
    ])
    expect([absent.code, finalError(absent)]).toEqual([
      13,
      expect.stringContaining("this clone has no protected branch: refs/remotes/upstream/main"),
    ])
    await git(here.files.path, "update-ref", "-d", "refs/remotes/upstream/trunk")
  })
})

describe("approvals and overrides", () => {
  it("a branch that names its own approvers and allows itself overrides has them listed, and no effect", async () => {
    const own = [
      "approvers: [{ name: mallory, emails: [mallory@shop.example] }]",
      "overrides: { rules: [promotion], approvers: [mallory] }",
    ]
    const environment = await here.files.read("environments/staging.yaml")
    await branch("approvers", {
      "signalbox.yaml": `${config}${own.join("\n")}\n`,
      "environments/staging.yaml": `${environment}protected: true\napprovals: 1\n`,
    })
    const judged = await here.call(["gates", ...typesOnly, "markdown"])
    expect([judged.code, finalError(judged)]).toEqual([0, ""])
    for (const path of ["approvers", "overrides", "environments.staging.approvals"])
      expect(judged.stdout).toContain(path)
  })

  it("the approvers of a call cannot be chosen by a committed .env", async () => {
    await branch("approved", { ".env": "SIGNALBOX_DEPLOY_APPROVED_BY=alice\n" })
    const refused = await assert(...typesOnly)
    expect([refused.code, finalError(refused)]).toEqual([13, expect.stringContaining(".env:1:1")])
  })

  it.each([
    ["an unknown rule", ["--override", "databse-age", "--reason", "outage"], 'did you mean "database-age"?'],
    ["two rules without a reason", ["--override", "promotion", "--override", "approvals"], "needs a reason"],
    ["a reason without a rule", ["--reason", "outage"], "none is named"],
    // As the CI files pass it on where nobody has approved.
    ["an empty list of approvers", ["--approved-by", "", "--reason", "outage"], "none is named"],
  ])("%s ends with 13 before anything is read", async (_, args, message) => {
    const call = ["deploy", "--environment", "staging", "--release", "1.0.0", "--approved-by", "alice,bob"]
    const refused = await here.call([...call, ...args])
    expect([refused.code, finalError(refused)]).toEqual([13, expect.stringContaining(message)])
  })
})

/** Lines that no test runs. */
const uncovered = `
export function discount(n: number): number {
${Array.from({ length: 40 }, (_, index) => `  if (n === ${index}) return ${index + 1}`).join("\n")}
  return 0
}
`
