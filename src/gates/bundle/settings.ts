import { z } from "zod"

/** How bytes are counted: as they lie there, or as a server sends them. */
export const compressions = ["none", "gzip", "brotli"] as const

const budget = z
  .strictObject({
    component: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, { error: "the name of a component" })
      .describe("The component whose build writes the files."),
    files: z
      .string()
      .regex(/^(?!.*\/\.\.?(?:\/|$))\/[^\p{Cc}]{1,300}$/u, {
        error: "an absolute path in the image, such as /usr/share/nginx/html/assets/*.js",
      })
      .describe(
        "Path in its image; `*` is any part of a name, `**` any directories. At least one file must be there.",
      ),
    maxBytes: z
      .int()
      .min(1)
      .max(10_000_000_000)
      .optional()
      .describe(
        "The most that they may have. Default: any size, but they have to be there and not be empty.",
      ),
    of: z
      .enum(["sum", "each"])
      .default("sum")
      .describe("What maxBytes is about: all of them together, or each alone."),
    compression: z
      .enum(compressions)
      .default("gzip")
      .describe(
        "How bytes are counted: gzip at level 9, brotli at quality 11, or none. Each file by itself.",
      ),
  })
  .describe("Files that a build has to write, and how large they may get.")
export type Budget = z.output<typeof budget>

export const bundleSettings = z.strictObject({
  budgets: z
    .array(budget)
    .max(200)
    .default([])
    .describe("Files that builds have to write, with their largest sizes."),
})
export type BundleSettings = z.output<typeof bundleSettings>

const isSame = (a: Budget, b: Budget) =>
  a.component === b.component && a.files === b.files && a.of === b.of && a.compression === b.compression

/** Every budget of both; of two about the same, the smaller size. */
export function stricterBundle(own: BundleSettings, floor: Partial<BundleSettings>): BundleSettings {
  const { budgets = [] } = floor
  const merged = own.budgets.map((one) => {
    const sizes = [one, ...budgets.filter((other) => isSame(one, other))].flatMap(
      ({ maxBytes }) => maxBytes ?? [],
    )
    return sizes.length === 0 ? one : { ...one, maxBytes: Math.min(...sizes) }
  })
  return {
    budgets: [...merged, ...budgets.filter((one) => !own.budgets.some((other) => isSame(one, other)))],
  }
}
