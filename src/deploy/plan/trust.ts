import {
  isFuture,
  misjudged,
  type ReleaseRecord,
  refusedByRule,
  type SignalboxError,
  sha256,
} from "../../domain/index.ts"
import { type PublicKey, readPublicKey, signatureRefusal } from "../../evidence/statements/index.ts"
import type { DriverRequest } from "../request.ts"

type Judged = Pick<DriverRequest, "project" | "environment" | "date" | "statement" | "signingKeys">

/** The keys of the policy of which one must have signed; null where none has to. @throws CONFIG_INVALID */
export function requiredKeys({
  environment,
  signingKeys,
}: Pick<DriverRequest, "environment" | "signingKeys">): readonly PublicKey[] | null {
  return environment.protected && signingKeys.length > 0 ? signingKeys.map(readPublicKey) : null
}

/** What refuses a record itself, whatever its gates say: whose it is, of when, which images were judged, who signed it. */
export function recordRefusals(record: ReleaseRecord, request: Judged): readonly SignalboxError[] {
  const { project, environment, date } = request
  const where = `release ${record.version}`
  const keys = requiredKeys(request)
  const unsigned = keys === null ? null : signatureRefusal(record, request.statement, keys, environment.name)
  return [
    ...(record.project === project
      ? []
      : [
          refusedByRule("record-project", {
            what: `${record.version} is a release of the project ${record.project}`,
            where,
            why: `this project is ${project}`,
            next: "name a release of this project",
          }),
        ]),
    ...(isFuture(record.created, date)
      ? [
          refusedByRule("future-date", {
            what: `the record of ${record.version} is dated in the future`,
            where,
            why: `it is of ${record.created}, now is ${date}`,
            next: "check the clocks of this machine and of the one that published it",
          }),
        ]
      : []),
    ...misjudged(record.images, record.gates).map(({ gate, component, judged, released }) =>
      refusedByRule("judged-digest", {
        what: `the image of ${component} is not the one that the gate ${gate} judged`,
        where,
        why: `judged was ${judged}, released is ${released}`,
        next: "publish a new version",
      }),
    ),
    ...(unsigned === null ? [] : [unsigned]),
  ]
}

/** What a deployment reads of a release beside its chart. */
export interface ReleaseFiles {
  /** Names below `values/` and texts. */
  readonly values: Readonly<Record<string, string>>
  readonly smoke: string | null
  readonly load: string | null
}

/**
 * Values, smoke test and load script that are not those of the record: changed, put in, or left out. Records of earlier
 * versions name none of them.
 */
export function fileRefusals(
  record: ReleaseRecord,
  environment: string,
  files: ReleaseFiles,
): readonly SignalboxError[] {
  if (record.files === undefined) return []
  const given: Readonly<Record<string, string | null>> = {
    ...Object.fromEntries(Object.entries(files.values).map(([name, text]) => [`values/${name}`, text])),
    ...{ "smoke.yaml": files.smoke, "load.js": files.load },
  }
  const ofOthers = (path: string) => path.startsWith("values/") && !isValuesOf(path, environment)
  const paths = new Set([
    ...Object.keys(given),
    ...Object.keys(record.files).filter((path) => !ofOthers(path)),
  ])
  return [...paths].flatMap((path) => {
    const text = given[path] ?? null
    const [actual, expected] = [text === null ? null : sha256(text), record.files?.[path] ?? null]
    if (actual === expected) return []
    return [
      refusedByRule("record-files", {
        what: `${path} is not the one of the release`,
        where: `release ${record.version}`,
        why: `it is ${actual ?? "missing"}, the record ${expected === null ? "does not name it" : `says ${expected}`}`,
        next: "call again; if it persists, what is stored of the release was changed: publish a new version",
      }),
    ]
  })
}

/** Whether a deployment to an environment reads these values; a file of another environment has its name. */
function isValuesOf(path: string, environment: string): boolean {
  return [`values/${environment}.yaml`, "values/base.yaml", "values/signalbox.components.yaml"].includes(path)
}
