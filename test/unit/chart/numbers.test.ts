import { describe, expect, test } from "vitest"
import { envFormFindings, parseManifests } from "../../../src/chart/index.ts"
import { numberFindings } from "../../../src/chart/numbers.ts"
import { recorded } from "../gates/recorded.ts"

describe("C01 large numbers", () => {
  test("C01 that changed their form are found by template and key", () => {
    const findings = numberFindings(parseManifests(recorded("helm/large-numbers.stdout")))
    expect(findings.map(({ subject, message }) => [subject, message])).toEqual([
      [
        "ConfigMap/settings:data.UPLOAD_LIMIT_BYTES",
        "ConfigMap/settings: data.UPLOAD_LIMIT_BYTES is written as 1.048576e+07",
      ],
      [
        "ConfigMap/settings:data.app.properties",
        "ConfigMap/settings: data.app.properties is written as 8.64e+07",
      ],
    ])
    expect(findings[0]?.location?.file).toBe("shop/templates/settings.yaml")
  })

  test("sibling of C01: in env, arguments and annotations", () => {
    const pod = (container: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a, annotations: { x/limit: "1e+06" } }\nspec: { containers: [{ name: web, ${container} }] }\n`
    const subjects = (text: string) => numberFindings(parseManifests(text)).map(({ subject }) => subject)
    expect(
      subjects(pod('env: [{ name: LIMIT, value: "1.048576e+07" }], args: ["--limit=8.64e+07"]')),
    ).toEqual([
      "Pod/a:metadata.annotations.x/limit",
      "Pod/a:spec.containers.web.env.LIMIT.value",
      "Pod/a:spec.containers.web.args.0",
    ])
  })

  test("sibling of C01: an integer that no plan could tell from its neighbour is refused, a smaller one is not", () => {
    const crd = (limit: string) =>
      `apiVersion: x.example/v1\nkind: Quota\nmetadata: { name: a }\nspec: { limits: [${limit}] }\n`
    const found = (limit: string) =>
      numberFindings(parseManifests(crd(limit))).map(({ rule, subject }) => [rule, subject])
    expect(found("9007199254740993")).toEqual([["number-imprecise", "Quota.x.example/a:spec.limits.0"]])
    expect(found("-9007199254740993")).toHaveLength(1)
    for (const limit of ["9007199254740991", '"9007199254740993"', "1.5", "true"])
      expect(found(limit)).toEqual([])
  })

  test.each(["sha1.5e+07a", "v1.0.0e+05", "1e5", "https://x/1.2e+05z", "1.5e-07"])("%s is none", (text) => {
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "${text}" }\n`
    expect(numberFindings(parseManifests(map))).toEqual([])
  })
})

describe("values of environment variables", () => {
  const forms = (text: string) => envFormFindings(text, "values.yaml").map(({ message }) => message)
  const env = (value: string) => forms(`components: { api: { env: { A: ${value} } } }\n`)

  test.each([
    ["1.10", "1.1"],
    ["0755", "493"],
    ["yes", "true"],
    ["0.00001", "1e-5"],
    ["1_000", "1000"],
    ["0x1F", "31"],
    ["1e3", "1000"],
    ["1.0", "1"],
  ])("sibling of C01: %s would reach the container as %s", (written, gets) => {
    expect(env(written)).toEqual([`components.api.env.A is ${written}, and the container gets ${gets}`])
    expect(env(JSON.stringify(written))).toEqual([])
  })

  test("sibling of C01: what stays as it is, and what is no environment, is no finding", () => {
    for (const value of ["5", "0.5", "true", "text", "-3", "10485760", "2026-01-01", "null"])
      expect(env(value)).toEqual([])
    expect(forms("replicas: 010\nversion: 1.10\n")).toEqual([])
  })

  test("sibling of C01: in a list of names and values as well", () => {
    expect(forms("extraEnv:\n- name: VERSION\n  value: 1.10\n")).toEqual([
      "extraEnv.0.value is 1.10, and the container gets 1.1",
    ])
  })
})
