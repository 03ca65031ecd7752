import { describe, expect, test } from "vitest"
import { chartDigest, chartIdentity } from "../../../src/chart/index.ts"
import { type DependencyFiles, dependencyFindings } from "../../../src/gates/charts/dependencies.ts"

const place = { path: "deploy/chart" }
const found = (lockText: string | null, archives: readonly string[], more: Partial<DependencyFiles> = {}) =>
  dependencyFindings({ manifest: "name: shop\n", lock: lockText, archives, unpacked: [], ...more }, place)
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
    expect(found(lock, ["common-0.1.0.tgz"])).toMatchObject([
      {
        rule: "chart-dependency",
        message: "charts/common-0.1.0.tgz is not the version that Chart.lock names: 0.2.0",
        location: { file: "deploy/chart/charts/common-0.1.0.tgz" },
      },
    ])
    expect(found(lock, ["common-0.2.0.tgz"])).toEqual([])
  })

  test("sibling of C02: another chart's archive is none of it, no lock file is no finding, one that cannot be read is", () => {
    expect(found(lock, ["common-web-0.1.0.tgz", "common-0.2.0.tgz"])).toEqual([])
    expect(found(null, ["common-0.1.0.tgz"])).toEqual([])
    for (const text of ["dependencies: 3\n", "dependencies: *x\n"])
      expect(found(text, [])).toMatchObject([{ rule: "chart-dependency" }])
  })

  const unpacked = (version: string) => [
    { path: "charts/common/Chart.yaml", text: `name: common\nversion: ${version}\n` },
  ]

  test("sibling of C02: a dependency that lies unpacked is compared as well", () => {
    expect(found(lock, [], { unpacked: unpacked("0.1.0") })).toMatchObject([
      {
        rule: "chart-dependency",
        message: "charts/common/Chart.yaml has version 0.1.0, and Chart.lock names 0.2.0",
      },
    ])
    expect(found(lock, [], { unpacked: unpacked("0.2.0") })).toEqual([])
  })

  test("sibling of C02: without a lock file, what Chart.yaml allows counts", () => {
    const manifest = "name: shop\ndependencies:\n- name: common\n  version: ^0.2.0\n"
    const message = expect.stringContaining("has version 0.1.0, and Chart.yaml asks for ^0.2.0")
    expect(found(null, ["common-0.1.0.tgz"], { manifest })).toMatchObject([{ message }])
    expect(found(null, [], { manifest, unpacked: unpacked("0.1.0") })).toMatchObject([{ message }])
    expect(found(null, ["common-0.2.3.tgz"], { manifest, unpacked: unpacked("0.2.1") })).toEqual([])
  })
})
