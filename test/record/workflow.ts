import { join } from "node:path"
import { filesOf } from "../../src/gates/workflow/files.ts"
import { findWorkflows } from "../../src/gates/workflow/find.ts"
import { actionlintRun, zizmorRun } from "../../src/gates/workflow/tools.ts"
import { corpus, recordLinter } from "./linters.ts"

const at = (name: string): string => `.github/workflows/${name}.yml`
const sound = `on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.head_commit.message }}
`
const faults = `on: [push, pull_request_target]
jobs:
  build:
    runs-on: ubuntu-latst
    steps:
      - uses: actions/checkout@v5 # zizmor: ignore[unpinned-uses]
      - run: echo "\${{ github.event.pull_request.title }}" # zizmor: ignore[template-injection]
      - run: echo "\${{ github.event.pull_request.title }}"
      - uses: ./greet
`
const one = sound.replace("24.04", "24.05")
const injected = sound.replace("$TITLE", "$" + "{{ github.event.head_commit.message }}")
const broken = "on: push\njobs: [\n"
const seconds = `---\n${faults}`
const action = "name: a\ndescription: b\nruns:\n  using: node24\n  main: lib/main.js\n"
const step = '      - run: echo "$' + '{{ github.event.issue.title }}"\n'
const many = `${sound}${step.repeat(40_000)}`
const killed = (tool: string, pattern: string, asked: string) => ({
  command: "timeout",
  version: { args: ["9", tool, asked], pattern },
})

/** @param other directory with actionlint 1.7.11 and zizmor 1.31.0 */
export function recordActionlint(tools: string, other: string): void {
  const { files, placeholders } = corpusFiles().actionlint
  const run = actionlintRun(["gpu-*"])
  recordLinter(run, tools, {
    corpus: { about: "the corpus of this gate", files: corpus("workflow"), request: { files, placeholders } },
    clean: { about: "two sound workflows", files: { [at("a")]: sound, [at("b")]: sound } },
    findings: {
      about: "faults, and settings that would switch them off",
      files: {
        ...{ [at("a")]: faults, [at("b")]: sound, "greet/action.yml": action },
        ".github/actionlint.yaml": 'paths: { "**": { ignore: [".*"] } }\n',
      },
      request: { files: [at("a"), at("b")], placeholders: [".git"] },
    },
    "broken-settings": {
      about: "settings of the tree that it could not read",
      files: { [at("a")]: sound, ".github/actionlint.yml": "paths: [\n" },
      request: { files: [at("a")], placeholders: [".git"] },
    },
    one: { about: "one fault", files: { [at("a")]: one } },
    unparsable: { about: "a workflow that is no YAML", files: { [at("a")]: broken, [at("b")]: sound } },
    empty: { about: "an empty file beside a sound one", files: { [at("a")]: "", [at("b")]: sound } },
    crash: {
      about: "an argument that it does not know",
      files: { [at("a")]: sound },
      request: { args: ["-format", "{{nothing .}}"] },
    },
    "time-out": {
      about: "a file that takes it longer than it has",
      files: { [at("a")]: many },
      request: { seconds: 0.05 },
    },
    killed: {
      about: "ended by SIGKILL while it judges",
      files: { [at("a")]: many },
      request: {
        ...killed("actionlint", "^(\\S+)\\n", "-version"),
        args: ["-s", "KILL", "0.05", "actionlint"],
      },
    },
    "other-version": { about: "1.7.11", files: { [at("a")]: faults }, version: other },
    missing: {
      about: "no such program",
      files: { [at("a")]: sound },
      request: { command: "actionlint-of-nowhere" },
    },
  })
}

export function recordZizmor(tools: string, other: string): void {
  const { files } = corpusFiles().zizmor
  recordLinter(zizmorRun, tools, {
    corpus: { about: "the corpus of this gate", files: corpus("workflow"), request: { files } },
    clean: {
      about: "a sound workflow and a sound action",
      files: { [at("a")]: sound, "b/action.yml": action },
    },
    findings: {
      about: "faults, two under comments that would switch them off, and settings that would as well",
      files: {
        ...{ [at("a")]: faults, [at("b")]: sound },
        ".github/zizmor.yml": "rules: { template-injection: { disable: true } }\n",
      },
      request: { files: [at("a"), at("b")] },
    },
    one: { about: "one fault", files: { [at("a")]: injected } },
    unparsable: {
      about: "a workflow that is no YAML, one of two documents, one in Latin-1, and a sound one",
      files: {
        ...{ [at("a")]: broken, [at("b")]: `${sound}${seconds}`, [at("d")]: sound },
        [at("c")]: Buffer.from(sound.replace("echo", "echo \u00e4"), "latin1"),
      },
    },
    "audit-failed": {
      about: "a workflow on which one of its audits fails, and a sound one",
      files: { [at("a")]: sound, [at("b")]: `${sound}      - uses: "evil/x\\x40main"\n` },
    },
    "no-action": { about: "an action that is none", files: { "action.yml": "name: x\nsteps: []\n" } },
    empty: { about: "an empty file beside a sound one", files: { [at("a")]: "", [at("b")]: sound } },
    crash: {
      about: "an argument that it does not know",
      files: { [at("a")]: sound },
      request: { args: ["--format", "nothing"] },
    },
    failure: {
      about: "a file that is not there, which ends it with 1 as well",
      files: { [at("a")]: sound },
      request: { args: [...zizmorRun.args, "./nowhere.txt"] },
    },
    "time-out": {
      about: "a file that takes it longer than it has",
      files: { [at("a")]: many },
      request: { seconds: 0.3 },
    },
    killed: {
      about: "ended by SIGKILL while it judges",
      files: { [at("a")]: many },
      request: { ...killed("zizmor", "^zizmor (\\S+)", "--version"), args: ["-s", "KILL", "0.3", "zizmor"] },
    },
    "other-version": { about: "1.31.0", files: { [at("a")]: faults }, version: other },
    missing: {
      about: "no such program",
      files: { [at("a")]: sound },
      request: { command: "zizmor-of-nowhere" },
    },
  })
}

const corpusFiles = () => filesOf(findWorkflows(join(import.meta.dirname, "../corpus/workflow/tree")))
