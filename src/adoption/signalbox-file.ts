import type { AssumedSetting } from "../domain/index.ts"
import type { Detection } from "../languages/index.ts"
import { componentLines, type MeasuredCoverage } from "./component-lines.ts"
import { comment, line } from "./yaml-line.ts"

export interface SignalboxFile {
  readonly project: AssumedSetting
  readonly registry: AssumedSetting
  readonly detection: Detection
  /** By component. A component that is not here was not measured. */
  readonly coverage: Readonly<Record<string, MeasuredCoverage>>
  readonly environments: readonly string[]
  /** Charts of the project's own, as paths of their directories. */
  readonly charts: readonly string[]
}

const head = `What the application consists of, what it is held against and where it goes. Written by init from the files of
this repository: a key that is not here has its default, and the reason of a value stands behind it.`

/** The text of `signalbox.yaml`. */
export function signalboxFile(file: SignalboxFile): string {
  const { project, registry, detection, coverage, environments, charts } = file
  const components = detection.components.flatMap((one) => [
    `  ${one.name}:`,
    ...componentLines(one, coverage[one.name]).map((text) => `    ${text}`),
  ])
  const left = detection.notBuilt.map(({ path, language, why }) =>
    comment(`${path} is no component: ${language}: ${why}`),
  )
  return [
    comment(head),
    line("schemaVersion", 1),
    line("project", project.value, project.because),
    line("registry", registry.value, registry.because),
    "",
    ...left,
    "components:",
    ...components,
    "",
    ...charts.map((path) =>
      comment(
        `chart: { path: ${path} } would deploy the project's own chart, once it takes components.NAME.image.repository and .digest`,
      ),
    ),
    line("environments", [...environments]),
    "",
  ].join("\n")
}
