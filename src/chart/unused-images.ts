import type { Digest, ToolFinding } from "../domain/index.ts"
import type { ManifestObject } from "./manifest.ts"

/**
 * Components whose image stands in no manifest, hooks included: the chart does not read the value that Signalbox sets, so
 * that another image goes on running under the new version's name.
 * @param images component -> digest, as it is set in the values.
 */
export function unusedImageFindings(
  objects: readonly ManifestObject[],
  images: Readonly<Record<string, Digest>>,
  file: string,
): readonly ToolFinding[] {
  return Object.entries(images)
    .filter(([, digest]) => !objects.some(({ body }) => holds(body, digest)))
    .map(([component]) => ({
      rule: "image-unused",
      severity: "high" as const,
      message: `no manifest names the image of component ${component}`,
      location: { file },
      fix: `use .Values.components.${component}.image.repository and .Values.components.${component}.image.digest as its image: "{{ repository }}@{{ digest }}"`,
      subject: component,
    }))
}

function holds(value: unknown, digest: Digest): boolean {
  if (typeof value === "string") return value.includes(digest)
  if (typeof value !== "object" || value === null) return false
  return Object.values(value).some((one) => holds(one, digest))
}
