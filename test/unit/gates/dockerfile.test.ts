/** The gate `dockerfile` over what hadolint really left (test/recorded/hadolint), and which files are Dockerfiles. */
import { describe, expect, test } from "vitest"
import { gateContexts } from "../../../src/domain/index.ts"
import { requiredByDefault } from "../../../src/gates/catalogue.ts"
import { dockerfilesIn } from "../../../src/gates/dockerfile/files.ts"
import { gate } from "../../../src/gates/dockerfile/gate.ts"
import { hadolint } from "../../../src/gates/dockerfile/read.ts"
import { stricterDockerfile } from "../../../src/gates/dockerfile/settings.ts"
import { decideTreeRun } from "../../../src/gates/engine/tree-tool/decide.ts"
import { shellsOf } from "../../../src/gates/engine/tree-tool/dockerfile-shells.ts"
import { readTreeRun } from "../../../src/gates/engine/tree-tool/read.ts"
import { versions } from "../../../toolchain/versions.ts"
import {
  comparison,
  components,
  corpusOf,
  judge as judgeRun,
  neverPasses,
  nothingToJudge,
  placesOf,
  recordings,
  reportOf,
  withReport,
} from "./support/linter.ts"
import { member, run as runMembers } from "./support/members.ts"

const run = recordings("hadolint", versions.hadolint)
const judge = (one: ReturnType<typeof run>, settings = {}) => judgeRun(one, hadolint, "Dockerfiles", settings)

describe("hadolint's real exits", () => {
  test("clean: what was looked at is counted", () => {
    expect(judge(run("clean"))).toMatchObject({
      ...{ findings: [], errors: [], summary: "2 Dockerfiles", figures: { files: 2, notObeyed: 0 } },
      tools: [{ name: "hadolint", version: versions.hadolint }],
    })
  })

  test("findings have file, line, rule and severity; neither a comment nor settings of the tree switch one off", () => {
    const { findings, summary, failOn } = judge(run("findings"))
    expect(placesOf(findings)).toEqual([
      "api/Dockerfile:3 DL3008",
      "api/Dockerfile:3 DL3009",
      "api/Dockerfile:3 DL3015",
      "api/Dockerfile:4 DL3003",
      "api/Dockerfile:4 SC2086",
      "api/Dockerfile:5 SC2006",
      "api/Dockerfile:6 DL3025",
    ])
    expect(summary).toBe("2 Dockerfiles; 1 comment that would switch it off was not obeyed")
    expect(findings.find(({ rule }) => rule === "DL3008")).toMatchObject({
      severity: "medium",
      help: "https://github.com/hadolint/hadolint/wiki/DL3008",
    })
    expect(failOn).toEqual(["critical", "high", "medium"])
  })

  test("a matter of style alone is listed and refuses nothing", () => {
    const { findings } = judge(run("style"))
    expect(findings.map(({ rule, severity }) => [rule, severity])).toContainEqual(["SC2006", "info"])
  })

  test("a Dockerfile that cannot be parsed is refused at its line, whatever the settings say", () => {
    const accepted = [{ rule: "DL1000", reason: "it is not ours" }]
    for (const settings of [{}, { accepted }, { failOn: ["critical" as const] }])
      expect(judge(run("unparsable"), settings).findings).toMatchObject([
        {
          ...{ rule: "DL1000", severity: "critical", location: { file: "Dockerfile", line: 2 } },
          message: expect.stringContaining("what follows was not judged"),
        },
      ])
  })

  test("a RUN that ShellCheck could not read to its end refuses at its line, whatever the settings say", () => {
    const accepted = ["SC1071", "SC1072", "SC1089"].map((rule) => ({ rule, reason: "it is not ours" }))
    for (const settings of [{}, { accepted }, { failOn: ["critical" as const] }]) {
      const { findings } = judge(run("half-read-run"), settings)
      const critical = findings.filter(({ severity }) => severity === "critical")
      expect(placesOf(critical)).toEqual([
        "Dockerfile:2 SC1072",
        "b/Dockerfile:2 SC1089",
        "c/Dockerfile:3 SC1071",
      ])
      for (const { message } of critical) expect(message).toContain("what follows was not judged")
    }
  })

  test("commands below a SHELL that only looks like one of Windows are judged; what ShellCheck does not get is named", () => {
    const { findings } = judge(run("shells"))
    expect(placesOf(findings.filter(({ rule }) => /^SC|not-looked-at/.test(rule)))).toEqual([
      "Dockerfile:4 SC2154",
      "Dockerfile:5 not-looked-at",
      "b/Dockerfile:2 not-looked-at",
      "b/Dockerfile:3 not-looked-at",
    ])
  })

  test.each([
    ['SHELL ["cmd", "/C"]', "SHELL is cmd"],
    ['ONBUILD SHELL ["/usr/bin/pwsh"]', "SHELL is pwsh"],
    ['shell \\\n# note\n\n [ "PowerShell.exe" , "cmd" ]', "SHELL is powershell"],
    ['# escape=`\nSHELL [ `\n"cmd"]', "SHELL is cmd"],
    ["SHELL cmd /C", "SHELL is no list of words"],
    ['RUN --mount=type=cache,target=/x ["/bin/bash", "-c", "echo"]', "in exec form"],
    ['RUN ["env", "A=1", "sh", "-c", "echo"]', "in exec form"],
    ["RUN bash -e <<EOF\necho\nEOF", "a here-document"],
    ["RUN cat <<'EOF' | sh\necho\nEOF", "a here-document"],
  ])("%s is named as not looked at", (instruction, why) => {
    const text = `${instruction}\n`
    const line = instruction.startsWith("#") ? 2 : 1
    expect(shellsOf(text)).toEqual({ text, unlinted: [{ line, why: expect.stringContaining(why) }] })
  })

  test.each([
    ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]', undefined],
    ['SHELL ["/bin/sh", \\\n "-c", "cmd pwsh"]', 'SHELL ["/bin/sh", \\\n "-c", "xxx xxxx"]'],
    ['SHELL ["/bin/cmd.sh"]', 'SHELL ["/bin/xxx.sh"]'],
    ['RUN ["/app/setup", "--all"]', undefined],
    ["RUN <<EOF\necho\nEOF", undefined],
    ["RUN cat <<EOF >/etc/profile.d/x.sh\necho\nEOF", undefined],
    ["RUN echo cmd && sh -c id", undefined],
  ])("%s is given to ShellCheck", (text, changed) => {
    expect(shellsOf(text)).toEqual({ text: changed ?? text, unlinted: [] })
  })

  test("what it cannot parse, and Docker can, is told with the way out", () => {
    expect(judge(run("heredoc")).findings).toMatchObject([
      {
        ...{ rule: "DL1000", severity: "critical", location: { line: 5 } },
        message: expect.stringContaining("after a here-document, hadolint needs an empty line"),
      },
    ])
  })

  test("an empty file is no clean one: it is named as not looked at", () => {
    const { findings, figures, summary } = judge(run("empty"))
    expect(findings).toMatchObject([
      { rule: "not-looked-at", severity: "info", location: { file: "a/Dockerfile" } },
    ])
    expect(figures).toMatchObject({ files: 1, notLooked: 1 })
    expect(summary).toBe("1 Dockerfiles; not looked at: a/Dockerfile (it is empty)")
  })

  test.each([
    ["crash", "wrote no report: hadolint: /nowhere/settings"],
    ["time-out", "did not end within 1 s"],
    ["killed", "was ended by SIGKILL"],
    ["missing", "could not be started"],
    ["other-version", "it is 2.12.0, the toolbox names"],
  ])("%s is an error, never a pass", (name, why) => {
    const { errors, findings } = judge(run(name))
    expect(errors).toEqual([expect.stringContaining(why)])
    expect(findings).toEqual([])
  })

  test("cut anywhere, its report is no report", () => {
    const whole = run("findings")
    const text = reportOf(whole)
    for (let end = 0; end < text.length; end += 1)
      expect(() => judge(withReport(whole, text.slice(0, end))), `${end}`).toThrow("OUTPUT_UNREADABLE")
  })

  test("no findings with the exit code of findings, and the other way round, are no report", () => {
    expect(() => judge(withReport(run("findings"), "[]"))).toThrow("it ended with 1 and reports nothing")
    expect(() => judge(withReport(run("clean"), reportOf(run("unparsable"))))).toThrow(
      "it ended with 0 and reports 1",
    )
  })

  test("a report of another file than those that it was given is no report", () => {
    const text = reportOf(run("findings")).replaceAll("./api/Dockerfile", "./other/Dockerfile")
    expect(() => judge(withReport(run("findings"), text))).toThrow("it names a file that it was not given")
  })

  test("a file that it was never given is an error", () => {
    const whole = run("clean")
    expect(judge({ ...whole, files: [...whole.files, "late/Dockerfile"] }).errors).toEqual([
      "hadolint was not given late/Dockerfile",
    ])
  })

  test.each(["findings", "one", "unparsable"])(
    "whatever becomes of its report, it never passes: %s",
    (name) => {
      neverPasses(run(name), hadolint)
    },
    300_000,
  )
})

test("the corpus: every planted fault at its line, and nothing else", () => {
  const corpus = corpusOf("dockerfile")
  const { notLooked, ...found } = dockerfilesIn(corpus.files, corpus.config)
  expect(found).toEqual({ files: [...run("corpus").files], errors: [] })
  const judgement = judge({ ...run("corpus"), notLooked }, corpus.config.gates.dockerfile)
  expect(comparison(corpus, judgement)).toMatchObject({ missing: [], falsePositives: [], problems: [] })
})

test("comments that would switch it off are listed, and none is obeyed: hadolint's, another shell's, ShellCheck's", () => {
  const { silencers } = readTreeRun(run("corpus"), hadolint)
  expect(silencers.map(({ file, line }) => `${file}:${line}`)).toEqual([
    "planted/Dockerfile:4",
    "planted/job/image.txt:2",
    "planted/job/image.txt:5",
  ])
})

test("an accepted rule is listed with its reason and refuses nothing", () => {
  const accepted = [{ rule: "DL3008", reason: "the base image pins its packages" }]
  expect(judge(run("findings"), { accepted }).findings.filter(({ rule }) => rule === "DL3008")).toMatchObject(
    [{ severity: "info", message: expect.stringContaining("(accepted: the base image pins its packages)") }],
  )
})

describe("where nothing but what it cannot judge is there", () => {
  const notLooked = [{ file: "Dockerfile.tmpl", why: "it is a template" }]
  const judgement = judge({ ...nothingToJudge(run("clean")), notLooked })
  const told = "not looked at: Dockerfile.tmpl (it is a template)"
  const findings = [{ rule: "not-looked-at", location: { file: "Dockerfile.tmpl" } }]
  const linter = member("dockerfile", { decide: () => judgement })

  test("the gate has judged nothing, and the file is named", () => {
    const skipped = [{ component: "web", why: `no Dockerfiles that it can judge; ${told}` }]
    expect(judgement).toMatchObject({ findings, skipped })
  })

  test("gates.required names it: the report is an error with the reason, no pass", async () => {
    const { verdict, gates } = await runMembers([linter, member("other")], { named: ["dockerfile"] })
    expect(verdict).toBe("error")
    expect(gates[0]).toMatchObject({
      ...{ verdict: "error", findings },
      errors: [`it is required and judged nothing: 0 Dockerfiles; ${told}`],
    })
  })

  test("nobody has named it: it is skipped, and the file stays in the report", async () => {
    const { verdict, gates } = await runMembers([linter, member("other")])
    expect(verdict).toBe("pass")
    expect(gates[0]).toMatchObject({ verdict: "skipped", required: false, findings })
    expect(gates[0]?.summary).toContain(told)
  })
})

describe("nobody has to want it", () => {
  const applies = (gates: object) => {
    const { required } = corpusOf("dockerfile").config.gates
    const source = { glob: async () => ["Dockerfile"] }
    const config = { components: {}, gates: { required, ...gates } }
    return gate.appliesTo(config as never, { source } as never)
  }

  test("without gates.dockerfile it does not judge, and says what would make it", async () => {
    expect(await applies({})).toEqual({
      applies: false,
      why: "signalbox.yaml has no gates.dockerfile: with `dockerfile: {}` it judges",
    })
  })

  test("with it, or where it is required, it does, by its defaults", async () => {
    expect(await applies({ dockerfile: {} })).toEqual({ applies: true })
    const required = { fork: ["lint"], branch: ["lint"], release: ["dockerfile"] }
    expect(await applies({ required })).toEqual({ applies: true })
    const judged = decideTreeRun(readTreeRun(run("one"), hadolint), "Dockerfiles", components, undefined)
    expect(judged).toMatchObject({ failOn: ["critical", "high", "medium"] })
  })

  test("nothing requires it", () => {
    expect(gateContexts.flatMap((context) => requiredByDefault(context))).not.toContain("dockerfile")
  })

  test("under a shared policy, what either refuses is refused, and the defaults where the project says nothing", () => {
    const [one, two] = ["DL3008", "DL3059"].map((rule) => ({ rule, reason: "so it is" }))
    if (one === undefined || two === undefined) throw new Error("two rules")
    const own = { failOn: ["critical" as const, "high" as const], accepted: [one, two] }
    expect(stricterDockerfile(own, { failOn: ["low"], accepted: [two] })).toEqual({
      failOn: ["critical", "high", "low"],
      accepted: [two],
    })
    const defaults = ["critical", "high", "medium"]
    expect(stricterDockerfile(undefined, { failOn: ["low"] }).failOn).toEqual([...defaults, "low"])
    expect(stricterDockerfile(undefined, { failOn: ["critical"], accepted: [one] })).toEqual({
      failOn: defaults,
      accepted: [],
    })
  })
})

describe("which files are Dockerfiles", () => {
  test("what is called like one, wherever it lies; no code, notes or ignore files; templates are named", () => {
    const paths = [
      ...[
        "Dockerfile",
        "web/Dockerfile.dev",
        "api.Dockerfile",
        "x/Containerfile",
        "x/dockerfile",
        "Dockerfile-ci",
      ],
      ...[
        "Dockerfile.dockerignore",
        "src/dockerfile.ts",
        "docs/Dockerfile.md",
        "src/Dockerfiles.go",
        "MyDockerfile",
      ],
      "gen/Dockerfile.tmpl",
    ]
    expect(dockerfilesIn(paths, { components: {} })).toEqual({
      files: [
        "Dockerfile",
        "Dockerfile-ci",
        "api.Dockerfile",
        "web/Dockerfile.dev",
        "x/Containerfile",
        "x/dockerfile",
      ],
      notLooked: [{ file: "gen/Dockerfile.tmpl", why: "it is a template" }],
      errors: [],
    })
  })

  test("what is called like one of a language and may be its code is named, and judged where a component names it", () => {
    const paths = [
      "Dockerfile.go",
      "Dockerfile.java",
      "a/Dockerfile.py",
      "a/Containerfile.c",
      "src/dockerfile.go",
    ]
    const why = "it ends like a program: it is judged where a component names it as its dockerfile"
    expect(dockerfilesIn(paths, { components: {} })).toEqual({
      files: [],
      notLooked: paths.slice(0, 4).map((file) => ({ file, why })),
      errors: [],
    })
    const api = { language: "dockerfile", path: "a", dockerfile: "Dockerfile.py" }
    const { files, notLooked } = dockerfilesIn(paths, { components: { api } as never })
    expect(files).toEqual(["a/Dockerfile.py"])
    expect(notLooked).toHaveLength(3)
  })

  test("those that components name, whatever they are called; one that is not there is an error", () => {
    const config = {
      components: {
        api: { language: "dockerfile", path: "./api", dockerfile: "build/image.txt" },
        web: { language: "dockerfile", path: ".", dockerfile: "Gone" },
      },
    } as unknown as typeof components
    expect(dockerfilesIn(["api/build/image.txt"], config)).toEqual({
      files: ["api/build/image.txt"],
      notLooked: [],
      errors: ["web: its Dockerfile Gone is not in the tree"],
    })
  })
})
