import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { chosenGigabytes, diskLines, gigabytesFor } from "../../../toolchain/engine/disk.ts"
import { watchDisk } from "../../../toolchain/steps/index.ts"
import { scratch } from "./scratch.ts"

test.each([
  [2e9, 5],
  [15e9, 5],
  [30e9, 10],
  [75.9e9, 25],
  [1000e9, 40],
])("with %d bytes free an engine may keep %d GB", (free, gigabytes) => {
  expect(gigabytesFor(free)).toBe(gigabytes)
})

test("what is never thrown away is less than what may be kept", () => {
  expect(diskLines(5)).toEqual(['reservedSpace = "2GB"', 'maxUsedSpace = "5GB"', 'minFreeSpace = "3GB"'])
})

test("an engine that runs keeps the limit that it was started with; a start chooses anew", async () => {
  const file = join(await scratch(), "engine", "gigabytes")
  const chosen = await chosenGigabytes(file, false)
  expect(chosen).toBeGreaterThanOrEqual(5)
  const other = chosen === 7 ? 8 : 7
  await writeFile(file, `${other}\n`)
  expect(await chosenGigabytes(file, true)).toBe(other)
  // Others use the disk as well.
  expect(Math.abs((await chosenGigabytes(file, false)) - chosen)).toBeLessThanOrEqual(1)
})

test.each(["", "1", "lots\n"])("a record that was cut short is not believed: %j", async (text) => {
  const file = join(await scratch(), "gigabytes")
  const chosen = await chosenGigabytes(file, false)
  await writeFile(file, text)
  expect(Math.abs((await chosenGigabytes(file, true)) - chosen)).toBeLessThanOrEqual(1)
})

test("what was taken and given back again counts as taken, at the worst moment", async () => {
  let free = 100
  const disk = await watchDisk(async () => free, 1)
  free = 30
  await new Promise((resolve) => setTimeout(resolve, 50))
  free = 90
  expect(await disk.stop()).toBe(70)
})

test("a disk on which others have made room meanwhile has taken nothing", async () => {
  let free = 100
  const disk = await watchDisk(async () => free)
  free = 120
  expect(await disk.stop()).toBe(0)
})
