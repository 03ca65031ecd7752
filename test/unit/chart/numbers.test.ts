import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
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

  test.each(["sha1.5e+07a", "v1.0.0e+05", "1e5", "https://x/1.2e+05z", "1.5e-07"])("%s is none", (text) => {
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "${text}" }\n`
    expect(numberFindings(parseManifests(map))).toEqual([])
  })
})
