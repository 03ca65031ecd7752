import { z } from "zod"
import { severities } from "../../domain/finding.ts"

const path = z
  .string()
  .regex(/^\/(?!\/)[\x21\x22\x24-\x7e]{0,500}$/, { error: "an absolute path, such as /login, without #" })

const redirect = z
  .strictObject({
    path: path.describe("Path of the page."),
    parameter: z
      .string()
      .regex(/^[\w.[\]-]{1,100}$/, { error: "the name of a parameter, such as next" })
      .describe("Parameter that says where to go next."),
  })
  .describe("A page that leads to where a parameter says.")

const component = z
  .strictObject({
    off: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe("Why nobody has to look at it, such as that it speaks no HTTP. Reports repeat it."),
    paths: z
      .array(path)
      .max(50)
      .default([])
      .describe("Paths that are looked at besides / and the path of its health check."),
    host: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\d{1,5})?$/, {
        error: "a host name, with a port or without",
      })
      .optional()
      .describe("Host that requests name, where it answers for certain ones alone. Default: NAME:PORT."),
    redirects: z.array(redirect).max(20).default([]).describe("Pages that may lead elsewhere."),
  })
  .describe("What is looked at of a component.")

export const dynamicAnalysisSettings = z.strictObject({
  failOn: z
    .array(z.enum(severities))
    .min(1)
    .default(["critical", "high", "medium"])
    .describe("Severities that refuse. It is a floor: the mildest one named, and every graver one."),
  follow: z
    .int()
    .min(0)
    .max(200)
    .default(20)
    .describe("How many pages, scripts and styles that the pages themselves name are looked at, too."),
  components: z
    .record(
      z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, { error: "the name of a component" }),
      component,
    )
    .default({})
    .describe("By component. Default: / and the path of its health check."),
})

export type DynamicAnalysisSettings = z.output<typeof dynamicAnalysisSettings>
export type LookedAt = DynamicAnalysisSettings["components"][string]

/** Of a gate that is required by name and has none of its own. */
export const defaultDynamicAnalysis: DynamicAnalysisSettings = dynamicAnalysisSettings.parse({})

type Floor = Partial<DynamicAnalysisSettings>

/** Refuses what either refuses, and looks at what either looks at. */
export function stricterDynamicAnalysis(
  settings: DynamicAnalysisSettings | undefined,
  { failOn = [], follow = 0, components = {} }: Floor,
): DynamicAnalysisSettings {
  const own = settings ?? defaultDynamicAnalysis
  const names = [...new Set([...Object.keys(own.components), ...Object.keys(components)])]
  return {
    failOn: severities.filter((one) => own.failOn.includes(one) || failOn.includes(one)),
    follow: Math.max(own.follow, follow),
    components: Object.fromEntries(
      names.map((name) => [name, both(own.components[name], components[name], components)] as const),
    ),
  }
}

/** One is off where both say so; a floor that is about other things takes that from nobody. */
function both(own: LookedAt | undefined, floor: LookedAt | undefined, all: Floor["components"]): LookedAt {
  const one = own ?? { paths: [], redirects: [] }
  const isFloor = all !== undefined && Object.keys(all).length > 0
  const { off, host, paths, redirects } = one
  const isOff = off !== undefined && (!isFloor || floor?.off !== undefined)
  const known = (a: LookedAt["redirects"][number]) =>
    redirects.some((b) => a.path === b.path && a.parameter === b.parameter)
  const called = host ?? floor?.host
  return {
    ...(isOff ? { off } : {}),
    ...(called === undefined ? {} : { host: called }),
    paths: [...new Set([...paths, ...(floor?.paths ?? [])])],
    redirects: [...redirects, ...(floor?.redirects ?? []).filter((one) => !known(one))],
  }
}
