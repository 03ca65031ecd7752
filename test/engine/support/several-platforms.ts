import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect } from "vitest"
import { type Digest, parseDigest } from "../../../src/domain/index.ts"
import { network } from "../../../toolchain/network.ts"
import { finalError } from "../harness/index.ts"
import { outputOf, seconds } from "./built-language.ts"
import type { Project } from "./project.ts"
import { documentOf } from "./published-image.ts"

export const both = ["linux/amd64", "linux/arm64"] as const

/** What is measured of an image of several. */
interface PlatformSize {
  readonly component: string
  readonly platform: string
  readonly index: string
  readonly digest: string
  readonly bytes: number
}

export async function sizesOf(here: Project): Promise<readonly PlatformSize[]> {
  return JSON.parse(await outputOf(here, "build", "sizes-json")).images
}

/** What is said of the container for one platform. */
export function containerFor(
  here: Project,
  component: string,
  platform: string,
  ...args: string[]
): Promise<string> {
  return outputOf(here, "build", "--component", component, "container", "--platform", platform, ...args)
}

/** A file of the image for one platform. */
export async function fileFor(
  here: Project,
  component: string,
  platform: string,
  path: string,
): Promise<Buffer> {
  const to = `out/${platform.replace("/", "-")}${path}`
  await containerFor(here, component, platform, "file", "--path", path, "export", "--path", to)
  return readFile(join(here.files.path, to))
}

/** An image of each platform, each with a digest of its own, under one index. */
export async function expectBoth(here: Project): Promise<readonly PlatformSize[]> {
  const measured = await sizesOf(here)
  expect(measured.map(({ platform }) => platform)).toEqual(both)
  expect(new Set(measured.map(({ digest }) => digest)).size).toBe(2)
  expect(new Set(measured.map(({ index }) => index)).size).toBe(1)
  return measured
}

/** Publishes, and reads in the registry that it is one index of the images that were measured. */
export async function expectOneIndex(here: Project, component: string, version: string): Promise<void> {
  const outcome = await here.call(["publish", "--version", version], { timeout: seconds })
  expect(finalError(outcome)).toBe("")
  const { images, platforms } = JSON.parse(outcome.stdout)
  const measured = await sizesOf(here)
  const repository = `${network.applicationImages}/${here.name}/${component}`
  expect(images[component]).toBe(`${repository}@${measured[0]?.index}`)
  expect(platforms[component]).toEqual(
    Object.fromEntries(measured.map(({ platform, digest }) => [platform, digest])),
  )
  const path = repository.slice(repository.indexOf("/") + 1)
  const index = JSON.parse(await documentOf(path, parseDigest(measured[0]?.index ?? "")))
  expect(index.mediaType).toBe("application/vnd.oci.image.index.v1+json")
  expect(index.manifests).toMatchObject(
    measured.map(({ platform, digest }) => {
      const [os, architecture] = platform.split("/")
      return { digest, platform: { os, architecture } }
    }),
  )
  for (const { digest } of index.manifests as readonly { readonly digest: Digest }[])
    expect(JSON.parse(await documentOf(path, digest)).layers.length).toBeGreaterThan(0)
}
