/** The weekly scan: where a project names gates for it, and nowhere else. */
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { parseConfig, parseEnvironment } from "../../../src/config/index.ts"
import { wrapperFiles } from "../../../src/wrappers/index.ts"
import { jenkinsLines, pipelineCall } from "./calls.ts"

const security = ".github/workflows/security.yml"
const settings = `gates:
  dynamic-analysis: {}
  weekly: [dynamic-analysis, custom.nuclei]
  custom: { nuclei: { image: "registry.example/nuclei:3.0.0", command: [nuclei] } }
`

const shop = `schemaVersion: 1
project: shop
registry: registry.example
components: { web: { path: web, language: node, kind: static } }
environments: [staging]
refs: [{ branch: main, environment: staging }]
`
const staging = parseEnvironment(
  "schemaVersion: 1\nname: staging\nnamespace: shop\nrelease: shop\naccess: { kind: service-proxy, component: web }\n",
  "staging.yaml",
)
const filesOf = (more: string) => wrapperFiles(parseConfig(`${shop}${more}`, "signalbox.yaml"), { staging })
const texts = filesOf(settings)
const jenkins = texts.Jenkinsfile ?? ""
const scan =
  'dagger call --git . --policy-ref "$RELEASE_POLICY" gates --context release --only dynamic-analysis --only custom.nuclei '

describe("the weekly scan", () => {
  test("runs the gates that are named, by themselves, beside the nightly one that stays at 02:00 UTC", () => {
    const { on, jobs } = parse(texts[security] ?? "")
    expect(on).toEqual({ schedule: [{ cron: "0 2 * * *" }, { cron: "0 3 * * 0" }], workflow_dispatch: null })
    const runs = jobs["deep-scan"].steps.flatMap(({ run }: { run?: string }) => run ?? [])
    expect(runs).toEqual([`${scan}reports export --path out/gates`, `${scan}assert --partial`])
    expect(jobs["deep-scan"].permissions).toEqual({ contents: "read", "security-events": "write" })
    // On demand there is no schedule, and null equals no text: both run.
    expect(jobs.security.if).toBe("github.event.schedule != '0 3 * * 0'")
    expect(jobs["deep-scan"].if).toBe("github.event.schedule != '0 2 * * *'")
  })

  test("is on Jenkins a part of Sunday's nightly build, with the same calls", () => {
    expect(jenkins).toContain("cron(env.BRANCH_NAME == 'main' ? 'TZ=UTC\\n0 2 * * *' : '')")
    const stage = jenkins.split("stage('Deep scan')")[1]?.split("stage('")[0] ?? ""
    expect(jenkinsLines(jenkins).map(({ text }) => pipelineCall(text))).toEqual(
      expect.arrayContaining([`${scan}reports export --path out/gates`, `${scan}assert --partial`]),
    )
    expect(stage).toContain("triggeredBy 'TimerTrigger'")
    const condition = /expression \{ ([^}]*) \}/.exec(stage)?.[1] ?? ""
    const runsAt = (time: string): unknown =>
      new Function("currentBuild", `return ${condition}`)({ startTimeInMillis: Date.parse(time) })
    for (let date = 1; date <= 28; date++)
      expect(runsAt(new Date(Date.UTC(2027, 1, date, 2, 1)).toISOString())).toBe(
        new Date(Date.UTC(2027, 1, date)).getUTCDay() === 0,
      )
  })

  test("is in no file of a project that names no gate for it", () => {
    const { [security]: text, Jenkinsfile: other } = filesOf("gates: { dynamic-analysis: {} }")
    expect(parse(text ?? "").on).toEqual({ schedule: [{ cron: "0 2 * * *" }], workflow_dispatch: null })
    expect(parse(text ?? "").jobs.security.if).toBeUndefined()
    expect(`${text}${other}`).not.toMatch(/deep-scan|Deep scan|startTimeInMillis/)
  })

  test.each([
    ["a gate that every project has", "[secrets]"],
    ["a gate of its own that is not defined", "[custom.zap]"],
    ["nothing", "[]"],
  ])("takes no list with %s", (_, list) => {
    expect(() => filesOf(`gates: { weekly: ${list} }`)).toThrow("CONFIG_INVALID")
  })
})
