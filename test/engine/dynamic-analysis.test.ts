/** The gate `dynamic-analysis`: components as they are built, started with what the stack has beside them, by what they answer. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parse } from "yaml"
import { finalError } from "./harness/index.ts"
import { judged, seconds, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const server = "src/index.js"
const sound = `import { createServer } from "node:http"

createServer((request, response) => {
  response.setHeader("x-content-type-options", "nosniff")
  response.writeHead(request.url === "/" ? 200 : 404).end("hello\\n")
}).listen(8080)
`
/** It says why, and ends. */
const silent = 'console.error("no configuration")\nprocess.exit(1)\n'
const leaking = sound
  .replace('request.url === "/"', '["/", "/.env"].includes(request.url)')
  .replace("hello", "TOKEN=x")

describe("the running application", () => {
  let here: Project
  let config: string
  beforeAll(async () => {
    here = await project("plain-staging", "plain")
    config = await here.files.read("signalbox.yaml")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  const judge = async (text: string, settings = "{}") => {
    const gates = `gates: { dynamic-analysis: ${settings} }\n`
    await here.write({ "signalbox.yaml": `${config}\n${gates}`, [server]: text })
    const { gates: all } = await judged(here, "--only", "dynamic-analysis")
    const [gate] = all
    if (gate === undefined) throw new Error("dynamic-analysis was not judged")
    return gate
  }

  it("passes where it answers nothing that it should not, and says what was judged", async () => {
    expect(await judge(sound)).toMatchObject({
      verdict: "pass",
      summary: expect.stringMatching(/web: 1 page, \d+ requests/),
      findings: [],
      judged: { web: expect.stringMatching(/^sha256:/) },
      tools: [expect.objectContaining({ name: "node" })],
    })
  })

  it("fails with what it serves, by component and request, and its report holds no secret", async () => {
    const gate = await judge(leaking)
    expect(gate).toMatchObject({ verdict: "fail" })
    expect(gate.findings).toEqual([
      expect.objectContaining({
        rule: "dot-file-served",
        severity: "critical",
        component: "web",
        subject: "web GET /.env",
      }),
    ])
    const reports = await here.call([
      "gates",
      "--only",
      "dynamic-analysis",
      "reports",
      "glob",
      "--pattern",
      "**",
    ])
    expect(reports.stdout).toContain("dynamic-analysis/web.json")
    expect(JSON.stringify(gate)).not.toContain("TOKEN=")
  })

  it("is an error where it does not start, does not serve, or dies of what it is sent", async () => {
    const dying = await judge(silent)
    expect(dying).toMatchObject({ verdict: "error", findings: [] })
    expect(dying.summary).toMatch(/its service web does not start: .*no configuration/s)
    // Its image's own health check asks the same path: the engine does not let anybody ask it before.
    const failing = await judge(sound.replace("? 200", "? 500"))
    expect(failing).toMatchObject({ verdict: "error", findings: [] })
    expect(failing.summary).toMatch(/its service web does not start: health check/)
    const fragile = await judge(
      sound.replace("=> {\n", '=> {\n  if (request.method === "POST") process.exit(1)\n'),
    )
    expect(fragile).toMatchObject({ verdict: "error", findings: [] })
  })

  it("is an error for a component that is none, and skipped where all are switched off", async () => {
    expect((await judge(sound, "{ components: { wbe: {} } }")).summary).toMatch(/there is no component wbe/)
    expect(await judge(sound, '{ components: { web: { off: "it has no pages" } } }')).toMatchObject({
      verdict: "skipped",
    })
  })

  it("is asked again only where its image differs", async () => {
    // Each start of it has another moment in its answers, which a finding repeats.
    const dated = sound
      .replace("createServer((", "const began = Date.now()\ncreateServer((")
      .replace('"nosniff")', '"nosniff").setHeader("x-powered-by", "start " + began)')
    const began = async (text: string) => (await judge(text)).findings.map(({ message }) => message)
    const first = await began(dated)
    expect(first).toEqual([expect.stringMatching(/x-powered-by: start \d+/)])
    await here.write({ "README.md": "touched\n" })
    expect(await began(dated)).toEqual(first)
    expect(await began(`${dated}// another image\n`)).not.toEqual(first)
  })
})

describe("a scanner of the project's own", () => {
  const scan = `
import { writeFileSync } from "node:fs"
const answer = await fetch("http://web:8080/")
const results = [{ ruleId: "answer", level: "error", message: { text: \`\${answer.status} \${(await answer.text()).trim()}\` } }]
writeFileSync("/out/scan.sarif", JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "scan" } }, results }] }))
process.exit(1)
`
  const settings = (node: { readonly image: string; readonly digest: string }, more: string) =>
    `gates: { custom: { scan: { image: "${node.image}", digest: "${node.digest}", command: [node, rules/scan.mjs], report: scan.sarif, tree: [rules]${more} } } }\n`

  it("asks the running application by name, where it says that it needs it", async () => {
    await using here = await project("plain-staging", "plain")
    const config = await here.files.read("signalbox.yaml")
    const { node } = parse(await here.files.read("toolbox.yaml")).tools
    const judge = async (more: string, text = sound) => {
      await here.write({
        "rules/scan.mjs": scan,
        [server]: text,
        "signalbox.yaml": `${config}\n${settings(node, more)}`,
      })
      return (await judged(here, "--only", "custom.scan")).gates[0]
    }
    expect(await judge(", stack: true")).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "answer", message: "200 hello" }],
    })
    expect(await judge("")).toMatchObject({ verdict: "error", findings: [] })
    const broken = await judge(", stack: true", silent)
    expect(broken).toMatchObject({ verdict: "error", findings: [] })
    expect(broken?.summary).toMatch(/its service web does not start: .*no configuration/s)
  })
})

describe.runIf(toolboxHas("postgres"))("an application with a database beside it", () => {
  it("is started with it, and judged once it is there", async () => {
    await using here = await project("ferry-staging", "ferry")
    const text = await here.files.read("api/src/server.js")
    const more = `
stack:
  db: { kind: postgres, database: ferry, user: ferry }
  api: { kind: component, component: api, environment: { DATABASE_URL: "postgresql://ferry@db:5432/ferry" } }
gates: { dynamic-analysis: { components: { api: { paths: [/now] } } } }
`
    await here.write({
      "signalbox.yaml": (await here.files.read("signalbox.yaml")) + more,
      "api/src/server.js": text.replace("count(*)::int as crossings from crossings", "1 as crossings"),
    })
    const outcome = await here.call(["gates", "--only", "dynamic-analysis", "json"], { timeout: seconds })
    expect(finalError(outcome)).toBe("")
    const [gate] = JSON.parse(outcome.stdout).gates
    // Every path of it asks the database: with none beside it, it would answer 503, which is an error.
    expect(gate).toMatchObject({ gate: "dynamic-analysis", verdict: "pass" })
    expect(gate.findings).toMatchObject([{ rule: "content-type-options-missing", severity: "low" }])
  })
})
