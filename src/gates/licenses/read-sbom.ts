import { z } from "zod"
import { readJson, unreadable } from "../formats/read.ts"

/** A package of an SBOM. */
export interface SbomPackage {
  /** `NAME@VERSION`, as a person calls it. */
  readonly name: string
  /** Package URL without qualifiers: what tells it from a package of the same name elsewhere. */
  readonly purl: string
  /** Whether it is one of the system of the image. */
  readonly ofSystem: boolean
  /** Texts that it states as its licence; none where it states none. */
  readonly licenses: readonly string[]
  /** Its own file in the image: `app/node_modules/eslint/package.json`. */
  readonly file?: string
}

/** An SBOM, as far as it tells of licences. */
export interface Sbom {
  readonly packages: readonly SbomPackage[]
  /** The shortest way from what it is about to each package, by package URL, as the names of packages. */
  readonly paths: ReadonlyMap<string, readonly string[]>
  /** Version of the tool that wrote it; undefined where it does not say. */
  readonly toolVersion: string | undefined
}

const text = z.string()
const named = z.object({ name: text.optional(), id: text.optional() })
/** What a component of CycloneDX may be. */
const types = [
  ...["application", "framework", "library", "container", "platform", "operating-system", "device"],
  ...["device-driver", "firmware", "file", "machine-learning-model", "data", "cryptographic-asset"],
]

const component = z.object({
  type: z.enum(types),
  "bom-ref": text.optional(),
  group: text.optional(),
  name: text,
  version: text.default(""),
  purl: text.optional(),
  licenses: z.array(z.object({ license: named.optional(), expression: text.optional() })).default([]),
  properties: z.array(z.object({ name: text, value: text.default("") })).default([]),
})

const document = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: text.regex(/^1\.[4-7]$/, { error: "a version of CycloneDX that is read here: 1.4 to 1.7" }),
  metadata: z.object({
    component: z.object({ "bom-ref": text }).optional(),
    tools: z
      .object({ components: z.array(z.object({ name: text, version: text.optional() })).default([]) })
      .optional(),
  }),
  components: z.array(component),
  dependencies: z.array(z.object({ ref: text, dependsOn: z.array(text).default([]) })).default([]),
})

/** Package managers of systems, as package URLs name them. */
const systems = ["deb", "rpm", "apk", "alpm"]

/** JSON of CycloneDX as Trivy writes it. @throws OUTPUT_UNREADABLE */
export function readSbom(what: string, content: string | undefined): Sbom {
  const { components, metadata, dependencies } = readJson(what, content, document)
  const libraries = components.filter(({ type, purl }) => type === "library" || purl !== undefined)
  const byRef = new Map<string, SbomPackage>()
  const packages = libraries.map((one): SbomPackage => {
    const found = packageOf(what, one)
    byRef.set(one["bom-ref"] ?? found.purl, found)
    return found
  })
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  return {
    packages,
    paths: pathsIn(needs, byRef, metadata.component?.["bom-ref"]),
    toolVersion: metadata.tools?.components.find(({ name }) => name === "trivy")?.version,
  }
}

function packageOf(what: string, one: Component): SbomPackage {
  const { name, group, version } = one
  // Without a package URL nothing tells what it is: a gate that passes over it would have seen less than there is.
  if (one.purl === undefined) throw unreadable(what, `${name} ${version} has no package URL`)
  const purl = plainPurl(one.purl)
  const file = propertyOf(one, "FilePath")
  const full = group === undefined || group === "" ? name : `${group}${separatorOf(purl)}${name}`
  return {
    ...{ name: version === "" ? full : `${full}@${version}`, purl, licenses: one.licenses.flatMap(textOf) },
    ofSystem: systems.includes(typeOf(purl)),
    ...(file === undefined ? {} : { file }),
  }
}

function pathsIn(
  needs: ReadonlyMap<string, readonly string[]>,
  byRef: ReadonlyMap<string, SbomPackage>,
  root: string | undefined,
): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>()
  const seen = new Set<string>()
  let open = root === undefined ? [] : [{ ref: root, before: [] as readonly string[] }]
  while (open.length > 0) {
    const next: typeof open = []
    for (const { ref, before } of open) {
      if (seen.has(ref)) continue
      seen.add(ref)
      const found = byRef.get(ref)
      // A lock file stands between the root and its packages, and is none.
      const path = found === undefined ? before : [...before, found.name]
      if (found !== undefined) paths.set(found.purl, path)
      next.push(...(needs.get(ref) ?? []).map((one) => ({ ref: one, before: path })))
    }
    open = next
  }
  return paths
}

type Component = z.output<typeof component>

function textOf({ license, expression }: Component["licenses"][number]): readonly string[] {
  const found = expression ?? license?.id ?? license?.name
  return found === undefined || found.trim() === "" ? [] : [found.trim()]
}

function propertyOf({ properties }: Component, name: string): string | undefined {
  return properties.find((one) => one.name === `aquasecurity:trivy:${name}`)?.value
}

/** `pkg:deb/debian/libc6@2.36?arch=amd64` → `pkg:deb/debian/libc6@2.36` */
function plainPurl(purl: string): string {
  return purl.replace(/[?#].*$/, "")
}

function typeOf(purl: string): string {
  return /^pkg:([^/]+)\//.exec(purl)?.[1] ?? ""
}

/** Maven's names are `group:artifact`, all others are paths. */
function separatorOf(purl: string): string {
  return typeOf(purl) === "maven" ? ":" : "/"
}
