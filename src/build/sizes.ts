import type { Component } from "../config/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"

/** Size of one image against its budget. */
export interface ImageSize {
  readonly component: string
  readonly digest: string
  /** Sum of the compressed layers. */
  readonly bytes: number
  /** `maxImageMb` in bytes; absent when the component has no budget. */
  readonly budget?: number
  readonly withinBudget: boolean
}

/** 10^6 bytes, as registries count. */
const megabyte = 1_000_000

export function imageSize(
  name: string,
  component: Pick<Component, "maxImageMb">,
  facts: Pick<ArchiveFacts, "digest" | "bytes">,
): ImageSize {
  const { digest, bytes } = facts
  const budget = component.maxImageMb === undefined ? undefined : component.maxImageMb * megabyte
  const withinBudget = budget === undefined || bytes <= budget
  return { component: name, digest, bytes, ...(budget === undefined ? {} : { budget }), withinBudget }
}

/** Two decimals, rounded up, so that a size above the budget is never shown as within it. */
export function megabytes(bytes: number): string {
  return `${inMegabytes(bytes).toFixed(2)} MB`
}

/** The same as a number. */
export function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / (megabyte / 100)) / 100
}

/** One line per image and their sum. */
export function sizesText(sizes: readonly ImageSize[]): string {
  const width = Math.max(5, ...sizes.map(({ component }) => component.length))
  const lines = sizes.map(({ component, bytes, budget, withinBudget, digest }) => {
    const limit = budget === undefined ? "no budget" : `of ${megabytes(budget)}`
    return `${component.padEnd(width)}  ${megabytes(bytes).padStart(10)}  ${limit}${withinBudget ? "" : "  TOO LARGE"}  ${digest}`
  })
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  return `${[...lines, `${"total".padEnd(width)}  ${megabytes(total).padStart(10)}`].join("\n")}\n`
}
