import { mkdir, rm } from "node:fs/promises"
import type { Directory } from "@dagger.io/dagger"
import type { Files } from "../src/evidence/index.ts"

/** Every file of a directory by its path. */
export async function bytesOf(directory: Directory): Promise<Files> {
  const { readTree } = await import("../src/evidence/index.ts")
  return fromDisk(directory, readTree)
}

/**
 * Reads a directory from the disk and not by `contents()`: that is a text, in which bytes that are no UTF-8 are replaced, so
 * that another digest follows than a deployment computes. A chart may have packed dependencies and pictures.
 */
export async function fromDisk<T>(directory: Directory, read: (place: string) => Promise<T>): Promise<T> {
  const place = `inputs/${crypto.randomUUID()}`
  await mkdir(place, { recursive: true })
  try {
    await directory.export(place)
    return await read(place)
  } finally {
    await rm(place, { recursive: true })
  }
}
