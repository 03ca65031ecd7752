/** What the CI files of a project pass on about who has approved a release. */
import { execFileSync, spawnSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { parseConfig, parseEnvironment } from "../../../src/config/index.ts"
import { wrapperFiles } from "../../../src/wrappers/index.ts"
import { minimalConfig, minimalEnvironment } from "../config/texts.ts"

interface Step {
  readonly id?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}
interface WorkflowJob {
  readonly needs?: string | readonly string[]
  readonly if?: string
  readonly environment?: string
  readonly permissions: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

const people = `approvers:
  - { name: alice, emails: [alice@shop.example] }
  - { name: bob, emails: [bob@shop.example] }
  - { name: carol, emails: [carol@shop.example] }
`

function filesFor(approvals: number | null, more = "") {
  const config = parseConfig(
    `${minimalConfig}${people}refs: [{ tag: "v*.*.*", environment: production }]\n`,
    "signalbox.yaml",
  )
  const production = minimalEnvironment
    .replace("name: staging", "name: production")
    .concat("protected: true\npromotesFrom: staging\n", more)
    .concat(approvals === null ? "" : `approvals: ${approvals}\n`)
  const files = wrapperFiles(config, {
    staging: parseEnvironment(minimalEnvironment, "staging.yaml"),
    production: parseEnvironment(production, "production.yaml"),
  })
  const workflow = files[".github/workflows/build-deploy.yml"] ?? ""
  const { jobs }: { jobs: Record<string, WorkflowJob> } = parse(workflow)
  return { jobs, workflow, jenkins: files.Jenkinsfile ?? "" }
}

// gh brings its own; the tier needs Node only.
const hasJq = spawnSync("jq", ["--version"]).status === 0

const approved = '--approve "$RELEASE_APPROVE" --approved-by "$RELEASE_APPROVERS"'

describe("GitHub", () => {
  test("passes the reviewers of this run's own environment, read with the job's token", () => {
    const { jobs } = filesFor(1)
    const job = jobs["release-production"]
    expect(job?.permissions).toEqual({ contents: "read", actions: "read" })
    const reading = job?.steps.find(({ id }) => id === "approvers")
    expect(reading?.env).toEqual({ GH_TOKEN: ["$", "{{ github.token }}"].join("") })
    expect(reading?.run).toContain("repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/approvals")
    expect(reading?.run).toContain('.state == "approved" and any(.environments[]; .name == "production")')
    const act = job?.steps.find(({ run }) => run?.includes(" release "))
    expect(act?.run).toContain(approved)
    expect(act?.env?.RELEASE_APPROVERS).toBe(["$", "{{ steps.approvers.outputs.names }}"].join(""))
    expect(job?.needs).toBe("release-staging")
  })

  test("no other job may read reviews, or passes names on", () => {
    const { jobs } = filesFor(2)
    for (const [id, job] of Object.entries(jobs)) {
      if (id === "release-production") continue
      expect(job.permissions).not.toHaveProperty("actions")
      expect(JSON.stringify(job.steps)).not.toContain("approved-by")
    }
  })

  test("asks one reviewer of an environment: each further approval is an environment of its own", () => {
    const { jobs, workflow } = filesFor(3)
    const further = ["production-approval-2", "production-approval-3"]
    for (const name of further) {
      const job = jobs[`approve-${name}`]
      expect(job).toMatchObject({ environment: name, needs: "release-staging", permissions: {} })
      expect(job?.if).toBe(jobs["release-production"]?.if)
      expect(job?.steps).toEqual([{ name: "Approved", run: "true" }])
      expect(workflow).toContain(`# Environment ${name}: set required reviewers`)
    }
    expect(jobs["release-production"]?.needs).toEqual([
      "release-staging",
      ...further.map((name) => `approve-${name}`),
    ])
    const reading = jobs["release-production"]?.steps.find(({ id }) => id === "approvers")?.run
    for (const name of ["production", ...further]) expect(reading).toContain(`.name == "${name}"`)
  })

  test.skipIf(!hasJq)("the names are read as they are, from what GitHub answers", () => {
    const reading = filesFor(2).jobs["release-production"]?.steps.find(({ id }) => id === "approvers")?.run
    const review = (login: string, state: string, ...names: string[]) => ({
      ...{ state, user: { login }, comment: "", environments: names.map((name) => ({ id: 1, name })) },
    })
    const answer = [
      review("alice", "approved", "production"),
      review("bob", "approved", "production-approval-2"),
      review("alice", "approved", "production-approval-2"),
      review("carol", "rejected", "production"),
      review("dave", "approved", "staging"),
    ]
    const filter = /--jq '([^']+)'/.exec(reading ?? "")?.[1] ?? ""
    const names = execFileSync("jq", ["--raw-output", filter], {
      input: JSON.stringify(answer),
      encoding: "utf8",
    })
    expect(names.trim()).toBe("alice,bob")
  })
})

describe("Jenkins", () => {
  test("passes the submitter of its input", () => {
    const { jenkins } = filesFor(1)
    expect(jenkins).toContain("def approver1 = input(")
    expect(jenkins).toContain("submitter: 'alice,bob,carol', submitterParameter: 'APPROVER'")
    expect(jenkins).toContain("env.RELEASE_APPROVERS = [approver1].join(',')")
    expect(jenkins).toContain(approved)
    expect(jenkins).not.toContain("equalsIgnoreCase")
  })

  test("an input knows one submitter: each approval is one of its own, by another person", () => {
    const { jenkins } = filesFor(3)
    expect(jenkins.match(/= input\(/g)).toHaveLength(3)
    expect(jenkins).toContain("if (approver2.equalsIgnoreCase(approver1)) {")
    expect(jenkins).toContain(
      "if (approver3.equalsIgnoreCase(approver1) || approver3.equalsIgnoreCase(approver2)) {",
    )
    expect(jenkins).toContain("env.RELEASE_APPROVERS = [approver1, approver2, approver3].join(',')")
  })

  test("asks the environment's own approvers where it names some", () => {
    expect(filesFor(1, "approvers: [release-managers]\n").jenkins).toContain("submitter: 'release-managers'")
  })
})

test("without approvals no name is read and none is passed on", () => {
  const { workflow, jenkins } = filesFor(null)
  for (const text of [workflow, jenkins]) expect(text).not.toMatch(/approved-by|RELEASE_APPROVERS|gh api/)
})
