import {
  allSettings,
  type Component,
  componentSchema,
  componentsOf,
  type FoundComponent,
} from "../languages/index.ts"
import { comment, line } from "./yaml-line.ts"

/** What a run of the tests has measured of a component, or why it has not. */
export type MeasuredCoverage = { readonly percent: number } | { readonly why: string }

/** What a component has of these where its files do not say it. */
type Defaults = Readonly<Partial<Pick<Component, "port" | "health"> & { coverageMinimum: number }>>

/** The lines of one component in `signalbox.yaml`: what differs from the defaults, each value with its reason. */
export function componentLines(
  one: FoundComponent,
  coverage: MeasuredCoverage | undefined,
): readonly string[] {
  const whole = componentsOf({ components: [one] })[one.name] ?? {}
  const parsed = componentSchema.safeParse(whole)
  const defaults: Defaults = parsed.success ? parsed.data : {}
  const settings = allSettings(one).filter(({ setting }) => differs(whole, topOf(setting)))
  const nested = settings.filter(({ setting }) => setting.includes("."))
  const groups = [...new Set(nested.map(({ setting }) => topOf(setting)))]
  return [
    line("path", one.path, one.because),
    line("language", one.language),
    ...(one.checkedAs === undefined
      ? []
      : [line("checkedAs", one.checkedAs.language, one.checkedAs.because)]),
    ...settings
      .filter(({ setting }) => !setting.includes("."))
      .map(({ setting, value, because }) => line(setting, value, because)),
    ...groups.flatMap((group) => [
      `${group}:`,
      ...nested
        .filter(({ setting }) => topOf(setting) === group)
        .map(({ setting, value, because }) => `  ${line(setting.slice(group.length + 1), value, because)}`),
    ]),
    ...toBeFilledIn(one, defaults),
    ...coverageLines(coverage, defaults.coverageMinimum),
  ]
}

const topOf = (setting: string): string => setting.split(".")[0] ?? setting

/** Whether the component is another one without a key: one that only says its default is left out. */
function differs(whole: Readonly<Record<string, unknown>>, key: string): boolean {
  const [withKey, without] = [whole, { ...whole, [key]: undefined }].map((one) =>
    componentSchema.safeParse(one),
  )
  if (withKey?.success !== true || without?.success !== true) return true
  return (
    JSON.stringify(Object.entries(withKey.data).sort()) !==
    JSON.stringify(Object.entries(without.data).sort())
  )
}

/** Defaults that no file confirms: a deployment would find them wrong. */
function toBeFilledIn(one: FoundComponent, defaults: Defaults): readonly string[] {
  const told = new Set(allSettings(one).map(({ setting }) => setting))
  const why = { port: "one port for certain", health: "a path that answers 200 for certain" } as const
  return (["port", "health"] as const).flatMap((key) =>
    told.has(key) || defaults[key] === undefined
      ? []
      : [
          comment(
            `${line(key, defaults[key])} is the default, and no file names ${why[key]}: correct it where it is another one`,
          ),
        ],
  )
}

/** A measured percentage is the minimum where it is below the default: what is there passes, and less does not. */
function coverageLines(
  coverage: MeasuredCoverage | undefined,
  byDefault: number | undefined,
): readonly string[] {
  if (coverage === undefined) return []
  if ("why" in coverage) return [comment(`coverageMinimum has its default, ${byDefault}: ${coverage.why}`)]
  if (byDefault !== undefined && coverage.percent >= byDefault) return []
  return [
    line(
      "coverageMinimum",
      Math.floor(coverage.percent),
      `measured: ${coverage.percent} %; the default is ${byDefault}`,
    ),
  ]
}
