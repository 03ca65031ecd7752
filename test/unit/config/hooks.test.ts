import { describe, expect, test } from "vitest"
import schema from "../../../schema/environment.schema.json" with { type: "json" }
import {
  checkConfig,
  checkEnvironment,
  checkTogether,
  formatProblem,
  parseEnvironment,
} from "../../../src/config/index.ts"
import { stepCatalogue } from "../../../src/deploy/steps/catalogue.ts"
import { Duration } from "../../../src/domain/index.ts"
import { minimalConfig, minimalEnvironment, replaced } from "./texts.ts"

const file = "environments/staging.yaml"
const digest = `sha256:${"a".repeat(64)}`
const hook = `hooks:
  - name: migrate
    before: roll-out
    component: web
    command: [node, migrate.js]
`

function told(text: string): readonly string[] {
  return checkEnvironment(`${minimalEnvironment}${text}`, file).problems.map(formatProblem)
}

test("a hook gets every default", () => {
  expect(parseEnvironment(`${minimalEnvironment}${hook}`, file).hooks).toEqual([
    {
      ...{ name: "migrate", before: "roll-out", after: null, image: null, component: "web" },
      ...{ command: ["node", "migrate.js"], args: [], env: {}, secretEnv: {}, secrets: [] },
      ...{ imagePullSecrets: [], user: null, timeout: new Duration("5m") },
      resources: {
        requests: { cpu: "50m", memory: "64Mi" },
        limits: { cpu: "500m", memory: "256Mi" },
      },
    },
  ])
})

test.each(["roll-out", "smoke", "load"])("it may run after %s, which is a step of this library", (step) => {
  expect(told(replaced(hook, "before: roll-out", `after: ${step}`))).toEqual([])
  expect(stepCatalogue.map(({ id }) => id)).toContain(step)
})

test("an image by its digest is one, whatever its registry", () => {
  const image = `image: registry.example:5000/team/tools@${digest}`
  expect(told(replaced(hook, "component: web", image))).toEqual([])
  expect(schema.properties.hooks.items.properties.image).toBeDefined()
})

describe("one wrong thing is told with its place", () => {
  test.each([
    [
      "an image by its tag",
      replaced(hook, "component: web", "image: registry.example/tools:1.0"),
      `${file}:9:12: hooks[0].image: "registry.example/tools:1.0" is not allowed; allowed: REGISTRY/NAME@sha256:`,
    ],
    [
      "a step that there is not",
      replaced(hook, "before: roll-out", "after: smok"),
      `${file}:8:12: hooks[0].after: "smok" is not allowed; allowed: roll-out, smoke, load; did you mean "smoke"?`,
    ],
    [
      "before a test",
      replaced(hook, "before: roll-out", "before: smoke"),
      `${file}:8:13: hooks[0].before: "smoke" is not allowed`,
    ],
    ["neither before nor after", replaced(hook, "    before: roll-out\n", ""), `${file}:7:5: hooks[0]: `],
    [
      "both an image and a component",
      replaced(hook, "component: web", `component: web\n    image: a.example/tools@${digest}`),
      "exactly one of image and component",
    ],
    ["two of one name", `${hook}${replaced(hook, "hooks:\n", "")}`, `${file}:7:3: hooks: `],
    [
      "a secret's value in the place of its name",
      replaced(hook, "component: web", "component: web\n    secrets: [Pa55word!]"),
      `${file}:10:15: hooks[0].secrets[0]: "Pa55word!" is not allowed; allowed: the name of a Secret`,
    ],
    [
      "an unlimited one",
      replaced(hook, "component: web", "component: web\n    timeout: 0s"),
      `${file}:10:14: hooks[0].timeout: "0s" is not allowed; allowed: a duration longer than zero`,
    ],
    [
      "a key that there is not",
      replaced(hook, "component: web", "component: web\n    privileged: true"),
      `${file}:10:5: hooks[0]: unknown key "privileged"`,
    ],
  ])("%s", (_, text, expected) => {
    const problems = told(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(expected)
  })

  test("a component that does not exist", () => {
    const config = checkConfig(minimalConfig, "signalbox.yaml")
    const text = `${minimalEnvironment}${replaced(hook, "component: web", "component: wep")}`
    expect(checkTogether(config, [checkEnvironment(text, file)]).map(formatProblem)).toEqual([
      `${file}:9:16: hooks[0].component: there is no component "wep"; allowed: web; did you mean "web"?`,
    ])
  })
})
