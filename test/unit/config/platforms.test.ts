/** M010: what signalbox.yaml may say of platforms, and where it is told what it may not. */
import { describe, expect, test } from "vitest"
import { checkConfig, parseConfig } from "../../../src/config/index.ts"
import { platformsOf, statedPlatforms } from "../../../src/languages/platforms.ts"

const configOf = (component: string) => `schemaVersion: 1
project: shop
registry: registry.example/shop
components:
  web:
    path: web
${component}
environments: [staging]
`
const languages: Readonly<Record<string, string>> = {
  go: "    language: go",
  rust: "    language: rust",
  static: "    language: node\n    kind: static",
  service: "    language: node\n    kind: service",
  python: "    language: python\n    kind: module\n    entry: shop",
  java: "    language: java",
  dockerfile: "    language: dockerfile",
}
const component = (name: string, line: string) => configOf(`${languages[name]}\n    ${line}`)
const problems = (name: string, line: string) =>
  checkConfig(component(name, line), "signalbox.yaml").problems.map(
    ({ path, message, allowed = [], line: at, column }) =>
      `${at}:${column} ${path}: ${message}; ${allowed.join()}`,
  )
const web = (text: string) => {
  const found = parseConfig(text, "signalbox.yaml").components.web
  if (found === undefined) throw new Error("there is no component")
  return found
}

/** Languages that are compiled for any platform, and those whose images are made for any. */
const compiled = ["go", "rust"]
const forAny = [...compiled, "static"]

describe("platforms", () => {
  test.each(compiled)("of %s: linux/amd64 where nobody says, on any machine", (name) => {
    expect(platformsOf(web(configOf(languages[name] ?? "")))).toEqual(["linux/amd64"])
  })

  test.each(Object.keys(languages))(
    "of %s: linux/amd64 may be stated, and is not where nobody does",
    (name) => {
      expect(statedPlatforms(web(configOf(languages[name] ?? "")))).toBeUndefined()
      expect(statedPlatforms(web(component(name, "platforms: [linux/amd64]")))).toEqual(["linux/amd64"])
    },
  )

  test.each(Object.keys(languages).filter((name) => !forAny.includes(name)))(
    "of %s: another one, or a second, is refused at its place, with the reason",
    (name) => {
      for (const listed of ["[linux/arm64]", "[linux/amd64, linux/arm64]", "[]"])
        expect(problems(name, `platforms: ${listed}`)).toEqual([
          expect.stringMatching(
            /^\d+:16 components\.web\.platforms: .*; \[linux\/amd64\] alone: its packages are installed and its programs run/,
          ),
        ])
    },
  )

  test("a name that is none is told with those that there are", () => {
    expect(problems("go", "platforms: [linux/arm]")).toEqual([
      '8:17 components.web.platforms[0]: "linux/arm" is not allowed; linux/amd64,linux/arm64',
    ])
  })

  test.each(forAny)("of %s: either or both, in the order of their names, each once", (name) => {
    expect(platformsOf(web(component(name, "platforms: [linux/arm64]")))).toEqual(["linux/arm64"])
    expect(platformsOf(web(component(name, "platforms: [linux/arm64, linux/amd64]")))).toEqual([
      "linux/amd64",
      "linux/arm64",
    ])
    expect(problems(name, "platforms: [linux/arm64, linux/arm64]")).not.toEqual([])
    expect(problems(name, "platforms: []")).not.toEqual([])
  })

  test("of go: one in one of two ways, and not in both", () => {
    expect(platformsOf(web(component("go", "platform: linux/arm64")))).toEqual(["linux/arm64"])
    expect(problems("go", "platform: linux/arm64\n    platforms: [linux/arm64]")).toEqual([
      expect.stringMatching(/components\.web\.platforms: .*; either platform or platforms, and not both$/),
    ])
  })
})
