import { expect, test } from "vitest"
import { engineInstance, mainEngine, slots } from "../../../toolchain/engine/instance.ts"
import { rulesOf } from "../../../toolchain/engine/link.ts"
import { registryLines } from "../../../toolchain/engine/mirrors.ts"

const all = Array.from({ length: slots }, (_, slot) => engineInstance("second", slot, "registry"))

test("no two engines have an address in common, and none has one of the main engine's things", () => {
  const addresses = all.flatMap(({ link }) => [link?.hostAddress, link?.engineAddress])
  expect(new Set(addresses).size).toBe(2 * slots)
  expect(addresses[0]).toBe("198.18.2.1")
  expect(addresses.at(-1)).toBe("198.18.2.254")
  const [second] = all
  expect(second?.address).toBe("tcp://198.18.2.2:1234")
  for (const name of ["id", "directory", "address", "controlGroup", "view"] as const)
    expect(second?.[name]).not.toBe(mainEngine[name])
})

test.each(["", "Second", "a-b", "../engine", "1st", "thirteenchars"])(
  "no engine can be called %j",
  (name) => {
    expect(() => engineInstance(name, 0, "registry")).toThrow(/cannot be called/)
  },
)

test.each([-1, 0.5, slots])("there is no slot %d", (slot) => {
  expect(() => engineInstance("second", slot, "registry")).toThrow(/no slot/)
})

test("an engine that reaches the registry alone changes nothing of the machine's firewall", () => {
  const { link } = engineInstance("second", 0, "registry")
  expect(link && rulesOf(link)).toEqual([])
})

test("an engine that reaches what the machine reaches is masqueraded, and nobody else is", () => {
  const { link } = engineInstance("second", 3, "machine")
  const rules = link ? rulesOf(link) : []
  expect(rules).toHaveLength(3)
  for (const { match } of rules) {
    expect(match).toContain("sb-second")
    expect(match).toContain("signalbox-sb-second")
  }
  const nat = rules.filter(({ table }) => table === "nat")
  expect(nat).toEqual([
    {
      table: "nat",
      chain: "POSTROUTING",
      match: expect.arrayContaining(["-s", "198.18.2.12/30", "MASQUERADE"]),
    },
  ])
})

test("the engine's configuration is as before where no registry has a mirror", () => {
  expect(registryLines({})).toEqual(['[registry."198.18.0.1:5000"]', "http = true"])
})

test("a registry with a mirror is asked for there first", () => {
  expect(registryLines({ "docker.io": "198.18.0.1:5000/public/docker.io" }).slice(2)).toEqual([
    '[registry."docker.io"]',
    'mirrors = ["198.18.0.1:5000/public/docker.io"]',
  ])
})
