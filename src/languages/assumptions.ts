import type { AssumedSetting } from "../domain/index.ts"
import type { Detection, FoundComponent } from "./detect.ts"
import type { Assumed } from "./detected.ts"
import { settingsOf } from "./settings-of.ts"

/** The components of a tree as `signalbox.yaml` would have them, by name. Each key is what a file says, and no default. */
export function componentsOf({
  components,
}: Pick<Detection, "components">): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    components.map((one) => [
      one.name,
      {
        path: one.path,
        language: one.language,
        ...(one.checkedAs === undefined ? {} : { checkedAs: one.checkedAs.language }),
        ...settingsOf(allSettings(one)),
      },
    ]),
  )
}

/** Settings about what runs, whoever builds it. */
const ofBoth = ["port", "health"]

/** What its files say of a component: the language that builds it first. */
export function allSettings({
  settings,
  checkedAs,
}: Pick<FoundComponent, "settings" | "checkedAs">): readonly Assumed[] {
  const known = new Set(settings.map(({ setting }) => setting))
  const further = (checkedAs?.settings ?? []).filter(
    ({ setting, ofImage }) => ofBoth.includes(setting) && ofImage !== true && !known.has(setting),
  )
  return [...settings, ...further]
}

/** A component with its defaults filled in, as far as those are told. */
type Filled = Readonly<
  Record<string, { readonly port?: number | undefined; readonly health?: string | undefined }>
>

/** As many directories as fit into a line. */
const shownDirectories = 12

/**
 * Every setting that nobody has written, for people: what its files tell of each component, the defaults that may be wrong,
 * and what was not taken for a component.
 * @param filled the components with their defaults.
 */
export function assumptionsOf(detection: Detection, filled: Filled): readonly AssumedSetting[] {
  const { components, notBuilt, notLookedInto } = detection
  return [
    ...components.flatMap((one) => assumptionsOfOne(one, filled[one.name] ?? {})),
    ...notBuilt.map(({ path, language, why }) => ({
      setting: path,
      value: "no component",
      because: `${language}: ${why}`,
    })),
    ...(notLookedInto.length === 0
      ? []
      : [
          {
            setting: directoriesText(notLookedInto),
            value: "not looked into",
            because: "tests, examples and what others have written are no components",
          },
        ]),
  ]
}

function assumptionsOfOne(one: FoundComponent, filled: Filled[string]): readonly AssumedSetting[] {
  const at = `components.${one.name}`
  const { checkedAs } = one
  const told = allSettings(one).map(({ setting, value, because }) => ({
    setting: `${at}.${setting}`,
    value: valueText(value),
    because,
  }))
  const isTold = (name: string) => told.some(({ setting }) => setting === `${at}.${name}`)
  const byDefault = (name: "port" | "health", why: string): readonly AssumedSetting[] =>
    filled[name] === undefined || isTold(name)
      ? []
      : [{ setting: `${at}.${name}`, value: String(filled[name]), because: `the default: ${why}` }]
  return [
    { setting: `${at}.path`, value: one.path, because: one.because },
    { setting: `${at}.language`, value: one.language, because: one.because },
    ...(checkedAs === undefined
      ? []
      : [{ setting: `${at}.checkedAs`, value: checkedAs.language, because: checkedAs.because }]),
    ...told,
    ...byDefault("port", "no file names one port for certain"),
    ...byDefault("health", "no file names a path that answers 200 for certain"),
  ]
}

function valueText(value: Assumed["value"]): string {
  return typeof value === "object" ? `[${value.join(", ")}]` : String(value)
}

function directoriesText(paths: readonly string[]): string {
  const more = paths.length > shownDirectories ? ` and ${paths.length - shownDirectories} more` : ""
  return `${paths.slice(0, shownDirectories).join(", ")}${more}`
}
