import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import type { Release } from "../../../pipelines/bundle.ts"
import { ifReachable } from "../../../pipelines/operate.ts"
import { SignalboxError } from "../../../src/domain/index.ts"

const release: Release = { record: {} as Release["record"], reference: "", files: {} as Directory }

test("a rollback by hand takes the release's tests where the registry has them", async () => {
  expect(await ifReachable(async () => release)).toEqual({ release, note: null })
})

test("a registry that is away does not keep a bad release running, and that is said", async () => {
  const away = async () => {
    throw new SignalboxError("REGISTRY_UNREACHABLE", { what: "the registry could not be reached" })
  }
  expect(await ifReachable(away)).toEqual({
    release: undefined,
    note: expect.stringMatching(/without the registry: REGISTRY_UNREACHABLE[\s\S]*kept in the cluster/),
  })
})

test.each(["STATE_DAMAGED", "OUTPUT_UNREADABLE", "INTERNAL"] as const)("%s stays an error", async (code) => {
  const wrong = async () => {
    throw new SignalboxError(code, { what: "the registry answered something else" })
  }
  await expect(ifReachable(wrong)).rejects.toMatchObject({ code })
})
