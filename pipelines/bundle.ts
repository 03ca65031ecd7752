import { type Directory, dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { ReleaseRecord } from "../src/domain/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { parseRecordOf } from "../src/evidence/index.ts"
import { getEvidence, registryPlace } from "./evidence.ts"
import { otherRegistry } from "./other-registry.ts"

/**
 * Everything that is needed to deploy one release again, whatever has happened to the repository since:
 * record.json, gates/, chart/, values/, smoke.yaml, load.js. Stored in the registry beside the images.
 */
export interface Release {
  readonly record: ReleaseRecord
  /** Where the registry has it, by digest. */
  readonly reference: string
  readonly files: Directory
}

/** File name of the values shared by all environments; an environment's own are `ENVIRONMENT.yaml`. */
const baseValues = "base.yaml"

/** File name of what signalbox.yaml declares of the components; no environment can have a name with a dot. */
const declaredValues = "signalbox.components.yaml"

/** The chart, values and tests of a source tree, laid out as the driver reads them. */
export async function collectBundle(session: Session): Promise<Directory> {
  const config = await session.config()
  const { source } = session.inputs
  let files = dag.directory().withDirectory("chart", await chartDirectory(session))
  if (config.chart.path === null) {
    const { declaredValuesFile } = await import("../src/chart/index.ts")
    files = files.withNewFile(`values/${declaredValues}`, declaredValuesFile(config.components))
  }
  if (config.chart.values !== null)
    files = files.withFile(`values/${baseValues}`, source.file(config.chart.values))
  for (const name of config.environments) {
    const { values } = await session.environment(name)
    if (values !== null) files = files.withFile(`values/${name}.yaml`, source.file(values))
  }
  if (config.smoke !== null) files = files.withFile("smoke.yaml", source.file(config.smoke))
  if (config.load.script !== null) files = files.withFile("load.js", source.file(config.load.script))
  return files
}

/** The project's own chart, or the default one that ships with Signalbox. */
export async function chartDirectory(session: Session): Promise<Directory> {
  const { chart } = await session.config()
  if (chart.path !== null) return (await session.source()).directory(chart.path)
  return dag.currentModule().source().directory("charts/signalbox-app")
}

/** Names of the values files to merge for one environment, in order. */
export async function valuesFiles(release: Directory, environment: string): Promise<string[]> {
  const present = (await release.entries()).some((name) => name.replace(/\/$/, "") === "values")
    ? await release.directory("values").entries()
    : []
  return [declaredValues, baseValues, `${environment}.yaml`].filter((name) => present.includes(name))
}

/**
 * Finds a release by version.
 * @param whole refuses a release whose stored files are not those of its record, for whoever deploys them. Default: false.
 * @throws USAGE when there is no record of it; EVIDENCE_MISSING
 */
export async function findRelease(session: Session, version: string, whole = false): Promise<Release> {
  const release = await lookUpRelease(session, version, whole)
  if (release !== undefined) return release
  const [{ registry, prefix }, note] = await Promise.all([registryPlace(session), otherRegistry(session)])
  throw new SignalboxError("USAGE", {
    what: `there is no release ${version}`,
    where: `${registry}/${prefix}/releases`,
    why: `no record of it is in the registry${note === null ? "" : `; ${note}`}`,
    next: `publish it first: dagger call publish --version ${version}`,
  })
}

/** Undefined for a version that was never published. @throws EVIDENCE_MISSING when its tag holds another record, STATE_DAMAGED when it holds none. */
export async function lookUpRelease(
  session: Session,
  version: string,
  whole = false,
): Promise<Release | undefined> {
  const { parseVersion, tagOf } = await import("../src/domain/index.ts")
  const wanted = parseVersion(version)
  const found = await getEvidence(session, "releases", tagOf(wanted), whole)
  if (found === undefined) return undefined
  const record = parseRecordOf(
    await found.files.file("record.json").contents(),
    { version: wanted, project: (await session.config()).project },
    found.reference,
  )
  return { record, reference: found.reference, files: found.files }
}
