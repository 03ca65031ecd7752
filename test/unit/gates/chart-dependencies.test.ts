import { describe, expect, test } from "vitest"
import { chartDigest, chartIdentity } from "../../../src/chart/index.ts"
import { dependencyFindings } from "../../../src/gates/charts/dependencies.ts"

const place = { path: "deploy/chart" }
const lock =
  "dependencies:\n- name: common\n  repository: file://../common\n  version: 0.2.0\ndigest: sha256:x\n"

describe("C02 packed dependencies and binary files", () => {
  test("C02 V12 a chart is named by its bytes: what is no text counts as it is", () => {
    const chart = (bytes: readonly number[]) =>
      new Map([
        ["Chart.yaml", Buffer.from("apiVersion: v2\nname: shop\nversion: 0.1.0\n")],
        ["files/logo.bin", Buffer.from(bytes)],
      ])
    expect(chartIdentity(chart([0xff, 0xfe, 0]))).toEqual({
      ...{ name: "shop", version: "0.1.0" },
      digest: chartDigest(chart([0xff, 0xfe, 0])),
    })
    // As texts both are the character that stands for what is none.
    expect(chartIdentity(chart([0xff])).digest).not.toBe(chartIdentity(chart([0xfe])).digest)
  })

  test("C02 an archive of another version than Chart.lock names is a finding", () => {
    expect(dependencyFindings(lock, ["common-0.1.0.tgz"], place)).toMatchObject([
      {
        rule: "chart-dependency",
        message: "charts/common-0.1.0.tgz is not the version that Chart.lock names: 0.2.0",
        location: { file: "deploy/chart/charts/common-0.1.0.tgz" },
      },
    ])
    expect(dependencyFindings(lock, ["common-0.2.0.tgz"], place)).toEqual([])
  })

  test("sibling of C02: another chart's archive is none of it, no lock file is no finding, one that cannot be read is", () => {
    expect(dependencyFindings(lock, ["common-web-0.1.0.tgz", "common-0.2.0.tgz"], place)).toEqual([])
    expect(dependencyFindings(null, ["common-0.1.0.tgz"], place)).toEqual([])
    for (const text of ["dependencies: 3\n", "dependencies: *x\n"])
      expect(dependencyFindings(text, [], place)).toMatchObject([{ rule: "chart-dependency" }])
  })
})
