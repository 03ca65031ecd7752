import type { Component } from "../config/index.ts"
import type { AssumedSetting } from "../domain/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"
import { imageLabel } from "./image-label.ts"

/** Size of one image against its budget. */
export interface ImageSize {
  readonly component: string
  /** Of a component with several platforms: the one that the image is for. */
  readonly platform?: string
  /** And the digest of the index that names it, which is published. */
  readonly index?: string
  readonly digest: string
  /** Sum of the compressed layers. */
  readonly bytes: number
  /** `maxImageMb` in bytes; absent when the component has no budget. */
  readonly budget?: number
  readonly withinBudget: boolean
  /** Files and directories of the component's directory that its build leaves out by its language's own list. */
  readonly leftOut: readonly string[]
}

/** 10^6 bytes, as registries count. */
const megabyte = 1_000_000

export function imageSize(
  name: string,
  component: Pick<Component, "maxImageMb">,
  facts: Pick<ArchiveFacts, "digest" | "bytes">,
  leftOut: readonly string[] = [],
  among: Pick<ImageSize, "platform" | "index"> = {},
): ImageSize {
  const { digest, bytes } = facts
  const budget = component.maxImageMb === undefined ? undefined : component.maxImageMb * megabyte
  const withinBudget = budget === undefined || bytes <= budget
  const size = { component: name, ...among, digest, bytes, ...(budget === undefined ? {} : { budget }) }
  return { ...size, withinBudget, leftOut }
}

/** Two decimals, rounded up, so that a size above the budget is never shown as within it. */
export function megabytes(bytes: number): string {
  return `${inMegabytes(bytes).toFixed(2)} MB`
}

/** The same as a number. */
export function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / (megabyte / 100)) / 100
}

/** What follows a size in a line: its budget, or the key of signalbox.yaml that would set one. */
export function againstBudget(budget: number | undefined): string {
  return budget === undefined ? "(no maxImageMb set)" : `of ${megabytes(budget)}`
}

/** As many of the paths as fit into a line. */
const shownPaths = 12

/** One line per image and their sum, what their builds left out, and what was assumed of the tree. */
export function sizesText(sizes: readonly ImageSize[], assumed?: readonly AssumedSetting[]): string {
  const nameOf = ({ component, platform }: ImageSize) => imageLabel(component, platform).name
  const width = Math.max(5, ...sizes.map((one) => nameOf(one).length))
  const lines = sizes.map((one) => {
    const { bytes, budget, withinBudget, digest } = one
    return `${nameOf(one).padEnd(width)}  ${megabytes(bytes).padStart(10)}  ${againstBudget(budget)}${withinBudget ? "" : "  TOO LARGE"}  ${digest}`
  })
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  const sum = `${"total".padEnd(width)}  ${megabytes(total).padStart(10)}`
  // What is true of a component stands once, however many platforms it has.
  const further = new Set([...sizes.flatMap(indexLine), ...sizes.flatMap(leftOutLine)])
  return `${[...lines, sum, ...further, ...assumedLines(assumed)].join("\n")}\n`
}

/** One line per setting that nobody has written; none where there is a signalbox.yaml. */
export function assumedLines(assumed: readonly AssumedSetting[] | undefined): readonly string[] {
  if (assumed === undefined) return []
  const lines = assumed.map(({ setting, value, because }) => `  ${setting}: ${value} (${because})`)
  return ["assumed, because there is no signalbox.yaml:", ...lines]
}

function indexLine({ component, index }: ImageSize): readonly string[] {
  return index === undefined ? [] : [`published as one index: ${component} ${index}`]
}

function leftOutLine({ component, leftOut }: ImageSize): readonly string[] {
  if (leftOut.length === 0) return []
  const more = leftOut.length > shownPaths ? ` and ${leftOut.length - shownPaths} more` : ""
  return [`left out of the build of ${component}: ${leftOut.slice(0, shownPaths).join(", ")}${more}`]
}
