import { allSettings, componentSchema, componentsOf, type FoundComponent } from "../languages/index.ts"
import { comment, line } from "./yaml-line.ts"

/** What a run of the tests has measured of a component, or why it has not. */
export type MeasuredCoverage = { readonly percent: number } | { readonly why: string }

/** The lines of one component in `signalbox.yaml`: what differs from the defaults, each value with its reason. */
export function componentLines(
  one: FoundComponent,
  coverage: MeasuredCoverage | undefined,
): readonly string[] {
  const whole = componentsOf({ components: [one] })[one.name] ?? {}
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
    ...toBeFilledIn(one, whole),
    ...coverageLines(coverage, whole),
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
function toBeFilledIn(one: FoundComponent, whole: Readonly<Record<string, unknown>>): readonly string[] {
  const told = new Set(allSettings(one).map(({ setting }) => setting))
  const parsed = componentSchema.safeParse(whole)
  const data: Readonly<Record<string, unknown>> = parsed.success ? parsed.data : {}
  const why = { port: "one port for certain", health: "a path that answers 200 for certain" }
  return Object.entries(why).flatMap(([key, what]) =>
    told.has(key) || data[key] === undefined
      ? []
      : [
          comment(
            `${line(key, data[key])} is the default, and no file names ${what}: correct it where it is another one`,
          ),
        ],
  )
}

/** A measured percentage is the minimum where it is below the default: what is there passes, and less does not. */
function coverageLines(
  coverage: MeasuredCoverage | undefined,
  whole: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (coverage === undefined) return []
  const parsed = componentSchema.safeParse(whole)
  const byDefault = parsed.success ? parsed.data.coverageMinimum : undefined
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
