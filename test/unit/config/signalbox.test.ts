import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkConfig, formatProblem, listedContexts, parseConfig } from "../../../src/config/index.ts"
import { SignalboxError } from "../../../src/domain/errors.ts"
import { gateNames } from "../../../src/gates/catalogue.ts"
import { catalogue } from "../../../src/languages/catalogue.ts"
import { minimalConfig, replaced } from "./texts.ts"

const languages = catalogue.map(({ name }) => name).join(", ")

function problemsIn(text: string): string[] {
  return checkConfig(text, "signalbox.yaml").problems.map(formatProblem)
}

describe("a valid signalbox.yaml", () => {
  test("gets every default", () => {
    const config = parseConfig(minimalConfig, "signalbox.yaml")
    expect(config).toMatchObject({
      protectedBranches: ["main"],
      chart: { path: null, values: null },
      smoke: null,
      load: { script: null },
      waivers: null,
      gates: { vulnerabilities: { failOn: ["critical", "high"] }, secrets: { history: true } },
    })
    expect(config.components.web).toMatchObject({
      kind: "static",
      output: "dist",
      port: 8080,
      health: "/health",
      user: 1001,
      coverageMinimum: 88,
      scripts: { build: "build", typecheck: "typecheck", lint: "lint", coverage: "coverage" },
    })
    expect(config.gates.required.fork).not.toContain("vulnerabilities")
    expect(config.gates.required.release).toContain("vulnerabilities")
  })

  test("requires what its own list names; what it does not list is required as far as it applies", () => {
    const text = `${minimalConfig}gates: { required: { branch: [lint] } }\n`
    const { required } = parseConfig(text, "signalbox.yaml").gates
    expect(required.branch).toEqual(["lint"])
    expect(required.release).toEqual(parseConfig(minimalConfig, "signalbox.yaml").gates.required.release)
    expect(listedContexts(text)).toEqual(["branch"])
    expect(listedContexts(minimalConfig)).toEqual([])
  })

  test("may switch a component's check off, with a reason", () => {
    const off = (value: string) =>
      replaced(minimalConfig, "    kind", `    checks: { lint: ${value} }\n    kind`)
    expect(parseConfig(off("{ off: generated code }"), "f").components.web?.checks).toEqual({
      lint: { off: "generated code" },
    })
    expect(problemsIn(off("{ off: '' }"))).toHaveLength(1)
    expect(problemsIn(off("{}"))).toHaveLength(1)
    expect(problemsIn(off("off"))).toHaveLength(1)
    const secrets = replaced(minimalConfig, "    kind", "    checks: { secrets: { off: no time } }\n    kind")
    expect(problemsIn(secrets)[0]).toContain(
      `unknown key "secrets"; allowed: typecheck, lint, unit, integration, coverage`,
    )
  })

  test("without refs sends branches and tags to the environments that exist", () => {
    expect(parseConfig(minimalConfig, "signalbox.yaml").refs).toEqual([
      { branch: "main", environment: "staging" },
      { branch: "develop", environment: "staging" },
      { tag: "v*.*.*-*", environment: "staging" },
      { tag: "v*.*.*", environment: "production" },
    ])
  })

  test.each(["web@*", "web/v*.*.*", "release-*", "@scope/x@1.2.3"])(
    "C17 has no pattern of tags that are no versions: %s",
    (tag) => {
      const text = `${minimalConfig}refs: [{ tag: "${tag}", environment: staging }]\n`
      expect(problemsIn(text).join()).toMatch(/refs\[0\]\.tag: .*; allowed: a pattern of semantic versions/)
    },
  )

  test.each(["v*.*.*", "*.*.*", "v1.*", "2.*.*-*", "**"])("C17 has patterns of versions: %s", (tag) => {
    expect(problemsIn(`${minimalConfig}refs: [{ tag: "${tag}", environment: staging }]\n`)).toEqual([])
  })

  test("may be JSON", () => {
    const config = parseConfig(minimalConfig, "signalbox.yaml")
    expect(parseConfig(JSON.stringify(config), "signalbox.json")).toEqual(config)
  })

  test("takes a component that is built elsewhere by its image alone, with or without a tag beside the digest", () => {
    for (const image of [`ghcr.io/example/cache@${digest}`, `registry:5000/cache:7@${digest}`]) {
      const text = replaced(minimalConfig, "components:\n", `components:\n  cache: { image: "${image}" }\n`)
      const { cache } = parseConfig(text, "signalbox.yaml").components
      expect(cache).toEqual({ language: "image", image, checks: {}, coverageMinimum: 88 })
    }
  })

  test("of this repository is one", () => {
    const config = parseConfig(readFileSync("signalbox.yaml", "utf8"), "signalbox.yaml")
    expect(Object.keys(config.components)).toEqual(["frontend", "backend"])
  })
})

const digest = `sha256:${"a".repeat(64)}`

describe("one wrong thing is told with its place, the value, what is allowed and the nearest name", () => {
  const cases: readonly [state: string, text: string, told: string][] = [
    [
      "unknown key at the top",
      `${minimalConfig}registy: x\n`,
      'signalbox.yaml:10:1: unknown key "registy"; allowed: schemaVersion, project, registry, extends, protectedBranch, protectedBranches, ' +
        'signingKeys, approvers, overrides, components, stack, chart, smoke, load, waivers, gates, environments, refs; did you mean "registry"?',
    ],
    [
      "a component that a stack has and the file has not",
      `${minimalConfig}stack:\n  db: { kind: component, component: wep }\n`,
      'signalbox.yaml:11:37: stack.db.component: there is no component "wep"; allowed: web; did you mean "web"?',
    ],
    [
      "a component in the place of another one",
      `${minimalConfig.replace("  web:", "  api: { path: api, language: node, kind: service, entry: a.js, port: 1024 }\n  web:")}stack:\n  web: { kind: component, component: api }\n`,
      "signalbox.yaml:12:8: stack.web: a mapping contradicts another setting; allowed: another name: web is a component, and this is another service",
    ],
    [
      "a service in the place of a component",
      `${minimalConfig}stack:\n  web: { kind: redis }\n`,
      "signalbox.yaml:11:8: stack.web: a mapping contradicts another setting; allowed: another name: web is a component, and this is another service",
    ],
    [
      "unknown key in a component",
      replaced(minimalConfig, "    kind: static", "    kind: static\n    entry: x.js"),
      'signalbox.yaml:9:5: components.web: unknown key "entry"; allowed: path, language, port, health, user, ' +
        "platforms, checks, coverageMinimum, maxImageMb, scripts, kind, output, nginxConf",
    ],
    [
      "missing key",
      replaced(minimalConfig, "    path: web\n", ""),
      'signalbox.yaml:6:5: components.web.path: the key "path" is missing; allowed: text',
    ],
    [
      "wrong enum value",
      replaced(minimalConfig, "static", "statik"),
      'signalbox.yaml:8:11: components.web.kind: "statik" is not allowed; allowed: static, service; ' +
        'did you mean "static"?',
    ],
    [
      "unsupported language",
      replaced(minimalConfig, "language: node", "language: cobol"),
      `signalbox.yaml:7:15: components.web.language: "cobol" is not allowed; allowed: ${languages}`,
    ],
    [
      "a language that is forgotten",
      replaced(minimalConfig, "    language: node\n", ""),
      'signalbox.yaml:6:5: components.web.language: the key "language" is missing; ' +
        `allowed: ${languages}`,
    ],
    [
      "an image built elsewhere without its digest",
      replaced(minimalConfig, "components:\n", "components:\n  cache: { image: ghcr.io/example/cache:7 }\n"),
      'signalbox.yaml:5:19: components.cache.image: "ghcr.io/example/cache:7" is not allowed; allowed: ' +
        "REGISTRY/NAME@sha256:… with its digest: a tag alone is another image tomorrow",
    ],
    [
      "an image built elsewhere without its registry",
      replaced(minimalConfig, "components:\n", `components:\n  cache: { image: "redis@${digest}" }\n`),
      `signalbox.yaml:5:19: components.cache.image: "redis@${digest}" is not allowed; allowed: ` +
        "REGISTRY/NAME@sha256:… with its digest: a tag alone is another image tomorrow",
    ],
    [
      "what an image built elsewhere has not",
      replaced(
        minimalConfig,
        "components:\n",
        `components:\n  cache: { image: "ghcr.io/example/cache@${digest}", path: cache }\n`,
      ),
      'signalbox.yaml:5:116: components.cache: unknown key "path"; allowed: language, image, platform, platforms, port, ' +
        "health, user, checks, coverageMinimum, maxImageMb",
    ],
    [
      "wrong type",
      replaced(minimalConfig, "    kind", '    port: "80"\n    kind'),
      'signalbox.yaml:8:11: components.web.port: "80" is not allowed; allowed: a number',
    ],
    [
      "number out of range",
      replaced(minimalConfig, "    kind", "    user: 0\n    kind"),
      "signalbox.yaml:8:11: components.web.user: 0 is not allowed; allowed: at least 1000",
    ],
    [
      "path that leads out of the source",
      replaced(minimalConfig, "path: web", "path: web/../../etc"),
      'signalbox.yaml:6:11: components.web.path: "web/../../etc" is not allowed; allowed: a relative path with ' +
        "forward slashes, without .. and without a leading /",
    ],
    [
      "component name that is no image name",
      replaced(minimalConfig, "  web:", "  Web App:"),
      'signalbox.yaml:5:3: components["Web App"]: "Web App" cannot be a name here; allowed: 1 to 40 lower-case ' +
        "letters, digits and inner hyphens, beginning with a letter",
    ],
    [
      "gate that does not exist",
      `${minimalConfig}gates: { required: { branch: [lint, secret] } }\n`,
      `signalbox.yaml:10:37: gates.required.branch[1]: "secret" is not allowed; allowed: ${gateNames.join(", ")}; ` +
        'did you mean "secrets"?',
    ],
    [
      "ref to an environment that does not exist",
      `${minimalConfig}refs:\n  - { branch: main, environment: stagng }\n`,
      'signalbox.yaml:11:34: refs[0].environment: there is no environment "stagng"; allowed: staging, production; ' +
        'did you mean "staging"?',
    ],
    [
      "ref rule with branch and tag",
      `${minimalConfig}refs:\n  - { branch: main, tag: v1, environment: staging }\n`,
      "signalbox.yaml:11:5: refs[0]: a mapping that breaks a rule; allowed: exactly one of branch and tag",
    ],
    [
      "wildcards that GitHub reads differently",
      `${minimalConfig}refs:\n  - { branch: "v[0-9]+", environment: staging }\n`,
      'signalbox.yaml:11:15: refs[0].branch: "v[0-9]+" is not allowed; allowed: a branch or tag name in which * ' +
        "stands for anything but /, and ** for anything",
    ],
    [
      "environment listed twice",
      replaced(minimalConfig, "[staging, production]", "[staging, staging]"),
      "signalbox.yaml:9:15: environments: a list that breaks a rule; allowed: each environment once",
    ],
    [
      "environment that is called like the values of all",
      replaced(minimalConfig, "[staging, production]", "[base, production]"),
      'signalbox.yaml:9:16: environments[0]: "base" is not allowed; allowed: another name: base is the values of all ' +
        "environments",
    ],
    [
      "duplicate key",
      `${minimalConfig}project: other\n`,
      'signalbox.yaml:10:1: this key occurs here twice, at "project: other"',
    ],
    [
      "merge key",
      replaced(minimalConfig, "    path: web", "    <<: { port: 1 }\n    path: web"),
      'signalbox.yaml:6:5: "<<" cannot be a key: keys are plain text',
    ],
    [
      "prototype key",
      replaced(minimalConfig, "  web:", "  __proto__: {}\n  web:"),
      'signalbox.yaml:5:3: "__proto__" cannot be a key: keys are plain text',
    ],
    ["empty file", "", "signalbox.yaml:1:1: the file is empty; allowed: a mapping"],
    ["text instead of a mapping", "hello", 'signalbox.yaml:1:1: "hello" is not allowed; allowed: a mapping'],
    [
      "two documents",
      `${minimalConfig}---\na: 1\n`,
      'signalbox.yaml:10:1: more than one YAML document in the file, at "---"',
    ],
  ]
  test.each(cases)("%s", (_, text, told) => {
    expect(problemsIn(text)).toEqual([told])
  })

  test("malformed YAML names line and column", () => {
    const told = problemsIn(replaced(minimalConfig, "components:", "components: [").slice(0, 70))
    expect(told[0]).toMatch(/^signalbox\.yaml:\d+:\d+: /)
  })

  test("a tab as indentation", () => {
    expect(problemsIn("project:\n\tname: x\n").join("\n")).toContain(
      "signalbox.yaml:2:1: a tab is used as indentation",
    )
  })
})

test("all problems are told at once, in the order of the file", () => {
  const text = `schemaVersion: 2
components:
  web: { path: /etc, language: nod, kind: statik, nope: 1 }
environments: [staging]
refs: [{ branch: main, environment: stagin }]
`
  const error = failure(() => parseConfig(text, "signalbox.yaml"))
  expect(error).toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
  // Which keys a component of no known language may have, grows with each language.
  expect(error.message.replace(/(?<="nope"; allowed: path, language, ).*/, "…")).toBe(
    `CONFIG_INVALID: 8 problems in signalbox.yaml
  where: signalbox.yaml:1:1
  why:   signalbox.yaml:1:1: project: the key "project" is missing; allowed: text
         signalbox.yaml:1:1: registry: the key "registry" is missing; allowed: text
         signalbox.yaml:1:16: schemaVersion: 2 is not allowed; allowed: 1
         signalbox.yaml:3:16: components.web.path: "/etc" is not allowed; allowed: a relative path with forward slashes, without .. and without a leading /
         signalbox.yaml:3:32: components.web.language: "nod" is not allowed; allowed: ${languages}; did you mean "node"?
         signalbox.yaml:3:43: components.web.kind: "statik" is not allowed; allowed: static, service; did you mean "static"?
         signalbox.yaml:3:51: components.web: unknown key "nope"; allowed: path, language, …
         signalbox.yaml:5:37: refs[0].environment: there is no environment "stagin"; allowed: staging; did you mean "staging"?
  next:  correct the lines above, and call again`,
  )
})

function failure(run: () => unknown): SignalboxError {
  try {
    run()
  } catch (error) {
    if (error instanceof SignalboxError) return error
  }
  throw new Error("it did not fail as it should")
}

describe("hostile input", () => {
  test("values that a terminal would obey are escaped and shortened", () => {
    const told = problemsIn(`project: "\\e[31m\\n::set-output name=x::\\u202e${"a".repeat(500)}"\n`)
    const line = told.find((one) => one.includes("project"))
    expect(line).toContain("\\u001b[31m\\n::set-output")
    expect(line).not.toMatch(/[\u0000-\u001f\u202e]/)
    expect(line?.length).toBeLessThan(300)
  })

  test("sibling of C26: one anchor that 120 components use is read, and a bomb is told with the limit", () => {
    const used = [...Array(120).keys()].map((n) => `  a${n}: *a\n`).join("")
    const text = `schemaVersion: 1\nproject: x\nregistry: r.example.org/t\nenvironments: [staging]\ncomponents:\n  a: &a { path: a, language: node, kind: static }\n`
    expect(checkConfig(`${text}${used}`, "signalbox.yaml").problems).toEqual([])
    const levels = [...Array(9).keys()].map(
      (n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(", ")}]\n`,
    )
    const [problem] = checkConfig(`a0: &a0 x\n${levels.join("")}`, "signalbox.yaml").problems
    expect(problem?.message).toContain("used more than 10000 times")
  })

  test("deep nesting, alias bombs and huge files are problems, not crashes", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
      .split("")
      .map((key, index) => {
        const before = "abcdefghi"[index]
        return `${key}: &${key} [${Array(9).fill(`*${before}`).join(",")}]`
      })
      .join("\n")}`
    for (const text of ["[".repeat(100_000), bomb, `a: ${"x".repeat(2_000_000)}`]) {
      expect(problemsIn(text)).not.toHaveLength(0)
    }
  })

  test("any text gives a configuration or a list of problems", () => {
    const fragment = fc.constantFrom(
      "project: ",
      "\n",
      "  ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "&a",
      "*a",
      "'",
      '"',
      "!!x ",
      "\t",
      "?",
      ":",
      "#",
      "web",
      "1",
      "null",
      "---\n",
      "|\n",
      "\u0000",
      "\ud800",
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragment).map((parts) => parts.join("")),
        ),
        (text) => {
          const checked = checkConfig(text, "f")
          expect(checked.value !== undefined || checked.problems.length > 0).toBe(true)
          for (const problem of checked.problems)
            expect(formatProblem(problem)).toMatch(/^f:[1-9]\d*:[1-9]\d*: .+$/)
        },
      ),
      { numRuns: 500 },
    )
  })

  test("any document gives a configuration or a SignalboxError", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parseConfig(JSON.stringify(value), "f")
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SignalboxError)
        }
      }),
    )
  })
})
