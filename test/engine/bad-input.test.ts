/**
 * Calls that cannot work. Each ends with the exit code that tells whose turn it is, says once what is wrong, where and
 * what to do next, and leaves no trace in the registry. What needs a real cluster is in the tier `cluster`.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { kubeconfig, strangeAuthority } from "./support/kubeconfigs.ts"
import { type Project, project, publishedBy, stackLine, told } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

interface Wrong {
  readonly name: string
  /** Files that differ, by what they become. */
  readonly files?: Readonly<Record<string, (text: string) => string>>
  readonly kubeconfig?: string
  readonly args: readonly string[]
  readonly code: number
  readonly says: RegExp
  readonly where?: RegExp
  readonly next: RegExp
}

const withKubeconfig = ["--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG"]
const authority = { "certificate-authority-data": Buffer.from(strangeAuthority).toString("base64") }
const nowhere = { server: "https://127.0.0.1:9", ...authority }

const wrong: readonly Wrong[] = [
  {
    name: "malformed YAML",
    files: { "signalbox.yaml": (text) => `${text}refs: [ {` },
    args: ["publish", "--version", "1.0.0"],
    code: 13,
    says: /^CONFIG_INVALID: /,
    where: /signalbox\.yaml:\d+:\d+/,
    next: /correct the lines above/,
  },
  {
    name: "an unknown key",
    files: { "signalbox.yaml": (text) => `${text}smok: smoke.yaml\n` },
    args: ["gates", "markdown"],
    code: 13,
    says: /^CONFIG_INVALID: /,
    where: /signalbox\.yaml:7:1/,
    next: /correct/,
  },
  {
    name: "an environment that is not listed",
    args: ["rollback", "--environment", "stagin"],
    code: 13,
    says: /^UNKNOWN_ENVIRONMENT: .*stagin/,
    next: /staging/,
  },
  {
    name: "an environment without its file",
    files: { "signalbox.yaml": (text) => text.replace("[staging]", "[staging, production]") },
    args: ["rollback", "--environment", "production"],
    code: 13,
    says: /^CONFIG_MISSING: /,
    where: /environments\/production\.yaml/,
    next: /environments\/production\.yaml/,
  },
  {
    name: "a component that does not exist",
    args: ["build", "--component", "wbe", "sizes"],
    code: 13,
    says: /^UNKNOWN_COMPONENT: .*wbe/,
    next: /web/,
  },
  {
    name: "a lock file of a package manager that is not known",
    files: {
      "signalbox.yaml": (text) => text.replace("path: web", "path: site"),
      "site/package.json": () => "{}",
      "site/bun.lock": () => '{ "lockfileVersion": 1 }\n',
    },
    args: ["build", "sizes"],
    code: 13,
    says: /^CONFIG_INVALID: the lock file of web is none of npm, pnpm and yarn: bun\.lock/,
    where: /components\.web\.path/,
    next: /a lock file of one of them, or build the component by its own Dockerfile/,
  },
  {
    name: "a smoke test that does not parse, at the doctor's",
    files: {
      "signalbox.yaml": (text) => `${text}smoke: smoke.yaml\n`,
      "smoke.yaml": () => "checks:\n  - { name: home }\n",
    },
    args: ["doctor"],
    code: 13,
    says: /^CONFIG_INVALID: /,
    where: /smoke\.yaml:\d+:\d+/,
    next: /correct the lines above/,
  },
  {
    name: "a gate that does not exist",
    args: ["gates", "--only", "lnt", "markdown"],
    code: 13,
    says: /^USAGE: .*lnt/,
    next: /lint/,
  },
  {
    name: "a release that was never published",
    kubeconfig: kubeconfig({ token: "x" }, nowhere),
    args: ["deploy", ...withKubeconfig, "--release", "9.9.9"],
    code: 13,
    says: /^USAGE: .*9\.9\.9/,
    next: /publish/,
  },
  {
    name: "a linked worktree, whose repository is elsewhere",
    files: { "linked/.git": () => "gitdir: /elsewhere/.git/worktrees/linked\n" },
    args: ["--git", "linked", "publish", "--version", "1.0.0"],
    code: 13,
    says: /^USAGE: .*somewhere else/,
    where: /\.git/,
    next: /clone/,
  },
  {
    name: "a tag that does not exist",
    args: ["publish", "--version", "9.9.9", "--tag", "v9.9.9"],
    code: 13,
    says: /^USAGE: .*v9\.9\.9/,
    next: /git fetch --tags/,
  },
  {
    name: "a program that is not in its image",
    files: { "signalbox.yaml": (text) => text.replace("entry: dist/server.js", "entry: dist/main.js") },
    args: ["build", "--component", "web", "sizes"],
    code: 13,
    says: /^CONFIG_INVALID: dist\/main\.js is not in the image of web/,
    where: /components\.web\.entry/,
    next: /entry/,
  },
  {
    name: "CI files that would call nothing",
    args: ["wrappers", "glob", "--pattern", "*"],
    code: 13,
    says: /^USAGE: .*no module/,
    next: /--module/,
  },
  {
    name: "a kubeconfig in a variable that is not there",
    args: ["rollback", "--environment", "staging", "--kubeconfig", "env://TEST_NOWHERE"],
    code: 13,
    says: /^SECRET_MISSING: /,
    next: /env:/,
  },
  {
    name: "no kubeconfig",
    args: ["rollback", "--environment", "staging"],
    code: 13,
    says: /^SECRET_MISSING: .*staging/,
    next: /--kubeconfig/,
  },
  {
    name: "something else than a kubeconfig",
    kubeconfig: "hello: [",
    args: ["rollback", ...withKubeconfig],
    code: 13,
    says: /^KUBECONFIG_REFUSED: /,
    next: /kubeconfig/,
  },
  {
    name: "a kubeconfig that would start a program",
    kubeconfig: kubeconfig(
      { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "touch" } },
      nowhere,
    ),
    args: ["rollback", ...withKubeconfig],
    code: 13,
    says: /^KUBECONFIG_REFUSED: .*runs a program/,
    next: /token/,
  },
  {
    name: "a kubeconfig that checks nobody",
    kubeconfig: kubeconfig({ token: "x" }, { server: nowhere.server, "insecure-skip-tls-verify": true }),
    args: ["rollback", ...withKubeconfig],
    code: 13,
    says: /^KUBECONFIG_REFUSED: /,
    next: /CA/,
  },
  {
    name: "a cluster that does not answer",
    kubeconfig: kubeconfig({ token: "x" }, nowhere),
    args: ["rollback", ...withKubeconfig],
    code: 11,
    says: /^CLUSTER_UNREACHABLE: /,
    next: /check that the cluster runs and that this address can be reached/,
  },
  {
    name: "a registry that does not answer",
    files: { "toolbox.yaml": (text) => text.replace(/^registry: .*$/m, "registry: 127.0.0.1:9/apps") },
    args: ["publish", "--version", "1.0.0"],
    code: 11,
    says: /^REGISTRY_UNREACHABLE: /,
    next: /check its address and the network/,
  },
]

let here: Project
let committed: Record<string, string>

beforeAll(async () => {
  here = await project()
  const files = ["signalbox.yaml", "toolbox.yaml"]
  committed = Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await here.files.read(file)])),
  )
})

afterAll(() => here[Symbol.asyncDispose]())

describe("a call with", () => {
  it.each(wrong)(
    "$name ends with $code",
    async ({ files = {}, kubeconfig, args, code, says, where, next }) => {
      const changed = Object.entries(files).map(([file, change]) => [file, change(committed[file] ?? "")])
      await here.write({ ...committed, ...Object.fromEntries(changed) })
      const options = kubeconfig === undefined ? {} : { env: { TEST_KUBECONFIG: kubeconfig } }
      const outcome = await here.call(args, options)
      const error = finalError(outcome)
      expect({ code: outcome.code, error }).toMatchObject({ code, error: expect.stringMatching(/\S/) })
      const said = told(error)
      expect(said.errors).toEqual([expect.stringMatching(says)])
      if (where !== undefined) expect(said.where ?? error).toMatch(where)
      expect(said.next).toMatch(next)
      expect(error).not.toMatch(stackLine)
      expect(await publishedBy(here.name)).toEqual([])
    },
  )
})
