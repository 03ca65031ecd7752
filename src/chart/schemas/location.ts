import { SignalboxError } from "../../domain/index.ts"

/** A kind of objects, as a manifest names it. */
export interface ObjectKind {
  readonly apiVersion: string
  readonly kind: string
}

/**
 * The address of a kind's schema, by a template as kubeconform has it: `https://HOST/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json`.
 * Read in yannh/kubeconform at e65429b1e5990dd019ebb7b5642dcd22a3e9cd13, pkg/registry/registry.go.
 * @param version of Kubernetes, such as 1.36.3.
 * @throws CONFIG_INVALID for a part that kubeconform does not know
 */
export function schemaAddress(template: string, { apiVersion, kind }: ObjectKind, version: string): string {
  const [first = "", second] = apiVersion.split("/")
  const label = (first.split(".")[0] ?? "").toLowerCase()
  const parts: Readonly<Record<string, string>> = {
    NormalizedKubernetesVersion: version === "master" ? version : `v${version}`,
    StrictSuffix: "-strict",
    ResourceKind: kind.toLowerCase(),
    ResourceAPIVersion: second ?? first,
    Group: first,
    KindSuffix: second === undefined ? `-${label}` : `-${label}-${second.toLowerCase()}`,
  }
  return template.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/g, (whole, inner: string) => {
    const part = inner.startsWith(".") ? parts[inner.slice(1)] : undefined
    if (part !== undefined) return encodeURIComponent(part)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `the location of schemas has a part that is not known: ${whole}`,
      where: "toolbox.yaml: schemas.kubernetes.location",
      next: `use ${Object.keys(parts)
        .map((name) => `{{.${name}}}`)
        .join(", ")}`,
    })
  })
}

/** Name of a kind's schema below a directory, as kubeconform asks for it by `schemaLocation`. */
export function schemaFile(kind: ObjectKind): string {
  return schemaAddress(schemaLocation, kind, "")
}

/** Where kubeconform looks for schemas below a directory. */
export const schemaLocation = "{{.ResourceKind}}{{.KindSuffix}}.json"
