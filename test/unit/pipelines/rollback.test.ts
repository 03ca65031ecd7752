import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import type { Release } from "../../../pipelines/bundle.ts"
import { ifReachable } from "../../../pipelines/operate.ts"
import { SignalboxError } from "../../../src/domain/index.ts"

const release: Release = { record: {} as Release["record"], reference: "", files: {} as Directory }

test("a manual rollback uses the release's tests where the registry has them", async () => {
  expect(await ifReachable(async () => release)).toEqual({ release, note: null })
})

test("an unreachable registry does not keep a bad release running, and the output says so", async () => {
  const unreachable = async () => {
    throw new SignalboxError("REGISTRY_UNREACHABLE", { what: "the registry could not be reached" })
  }
  expect(await ifReachable(unreachable)).toEqual({
    release: undefined,
    note: expect.stringMatching(/without the registry: REGISTRY_UNREACHABLE[\s\S]*stored in the cluster/),
  })
})

test.each(["STATE_DAMAGED", "OUTPUT_UNREADABLE", "INTERNAL"] as const)("%s stays an error", async (code) => {
  const failing = async () => {
    throw new SignalboxError(code, { what: "the registry answered something else" })
  }
  await expect(ifReachable(failing)).rejects.toMatchObject({ code })
})
