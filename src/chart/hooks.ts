import { contentDigest, type Digest, type HookRule, sha256, toJson } from "../domain/index.ts"
import { type ManifestObject, objectKey } from "./manifest.ts"

/** When Helm runs an object; null for a part of the release. */
export function hookOf({ annotations }: Pick<ManifestObject, "annotations">): HookRule | null {
  const events = annotations["helm.sh/hook"]
  if (events === undefined) return null
  const weight = Number.parseInt(annotations["helm.sh/hook-weight"] ?? "0", 10)
  return {
    events: listed(events).sort(),
    weight: Number.isNaN(weight) ? 0 : weight,
    deletion: listed(annotations["helm.sh/hook-delete-policy"] ?? "").sort(),
  }
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
}

/** Run by `helm test` alone, which no deployment calls. */
export function isTestHook(object: Pick<ManifestObject, "annotations">): boolean {
  return hookOf(object)?.events.every((event) => /^test(-success|-failure)?$/.test(event)) ?? false
}

/** Whether Helm leaves an object in the cluster when it goes out of the release. */
export function isKept({ annotations }: Pick<ManifestObject, "annotations">): boolean {
  return annotations["helm.sh/resource-policy"]?.trim().toLowerCase() === "keep"
}

/** The hooks that a deployment, or a later one, may run: all but those of `helm test`. */
export function deploymentHooks(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  return objects.filter((object) => hookOf(object) !== null && !isTestHook(object))
}

/**
 * Digest of what Helm applies beside a release's objects, and `manifestsDigest` leaves out: hooks, independent of their
 * order, and the definitions of `crds/`.
 * @param crds as Helm renders them; empty where it installs none.
 */
export function outsideDigest(objects: readonly ManifestObject[], crds: string): Digest {
  const hooks = deploymentHooks(objects).map((one) => [
    objectKey(one),
    contentDigest(toJson(one.digested ?? one.body)),
  ])
  return contentDigest({
    hooks: hooks.sort(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0)),
    crds: sha256(crds),
  })
}
