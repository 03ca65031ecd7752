import {
  type ChartPlace,
  fileOf,
  type ManifestObject,
  manifestsDigest,
  objectKey,
  outsideDigest,
} from "../../chart/index.ts"
import type { ToolFinding } from "../../domain/index.ts"

/**
 * Names that are another one each time a chart is rendered, longest first: of two renderings, those that only one has,
 * where the other has an object of the same kind from the same template under a name that the first does not have.
 */
export function randomNames(
  one: readonly ManifestObject[],
  other: readonly ManifestObject[],
): readonly string[] {
  const only = (objects: readonly ManifestObject[], than: readonly ManifestObject[]) => {
    const known = new Set(than.map(identity))
    return objects.filter((object) => !known.has(identity(object)))
  }
  const [left, right] = [only(one, other), only(other, one)]
  const alike = (object: ManifestObject, others: readonly ManifestObject[]) =>
    others.some(({ kind, source }) => kind === object.kind && source === object.source)
  const names = [
    ...left.filter((object) => alike(object, right)),
    ...right.filter((object) => alike(object, left)),
  ].map(({ name }) => name)
  return [...new Set(names)].sort((a, b) => b.length - a.length)
}

function identity({ apiVersion, kind, name }: ManifestObject): string {
  return [apiVersion, kind, name].join("\0")
}

/** A subject that stays the same: the template is its file, and waivers match exactly. */
export function withoutRandomNames(names: readonly string[]): (finding: ToolFinding) => ToolFinding {
  if (names.length === 0) return (finding) => finding
  return (finding) => {
    const subject = names.reduce((text, name) => text.replaceAll(name, "*"), finding.subject)
    if (subject === finding.subject) return finding
    return { ...finding, subject, message: `${finding.message} (its name is another one each time)` }
  }
}

/**
 * Objects that are others in each of two equal renderings: a plan cannot be bound to them, and every deployment would be
 * refused, when the version is spent. Pods of `helm test` are no part of a deployment.
 */
export function changingFindings(
  one: readonly ManifestObject[],
  other: readonly ManifestObject[],
  place: ChartPlace,
): readonly ToolFinding[] {
  const digest = (objects: readonly ManifestObject[]) => manifestsDigest(objects) + outsideDigest(objects, "")
  if (digest(one) === digest(other)) return []
  const second = new Map(other.map((object) => [objectKey(object), object]))
  return one
    .filter((object) => {
      const same = second.get(objectKey(object))
      return digest([object]) !== digest(same === undefined ? [] : [same])
    })
    .map((object) => ({
      rule: "render-random",
      severity: "high" as const,
      message: `${object.kind}/${object.name} is rendered differently each time: a plan could not be bound to it`,
      location: { file: fileOf(object, place) },
      fix: "take randAlphaNum, genSignedCert, now and the like out of the chart",
      subject: object.kind,
    }))
}
