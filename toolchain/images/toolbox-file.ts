import { readFile, rename, writeFile } from "node:fs/promises"
import { stringify } from "yaml"
import { advisoriesName } from "../advisories/build.ts"
import { network } from "../network.ts"
import type { PublishedImage } from "./publish.ts"

interface Source {
  readonly image: string
  /** The same for several processors, where it was made: see on-demand.ts. */
  readonly several?: string
  readonly path?: string
}

/** Tools of the toolbox file and the image that each comes from. */
const tools: Readonly<Record<string, Source>> = {
  node: { image: "node" },
  nodeSlim: { image: "node-slim" },
  nginx: { image: "nginx", several: "nginx-platforms" },
  python: { image: "python" },
  pythonSlim: { image: "python-slim" },
  go: { image: "go" },
  rust: { image: "rust" },
  static: { image: "static" },
  maven: { image: "maven" },
  javaBase: { image: "java-base" },
  postgres: { image: "postgres" },
  redis: { image: "redis" },
  helm: { image: "helm", path: "/usr/local/bin/helm" },
  kubectl: { image: "kubectl", path: "/usr/local/bin/kubectl" },
  k6: { image: "k6", path: "/usr/local/bin/k6" },
  trivy: { image: "trivy", path: "/usr/local/bin/trivy" },
  gitleaks: { image: "gitleaks", path: "/usr/local/bin/gitleaks" },
  kubeconform: { image: "kubeconform", path: "/usr/local/bin/kubeconform" },
  kubeScore: { image: "kube-score", path: "/usr/local/bin/kube-score" },
  sonarqube: { image: "sonarqube" },
  sonarScanner: { image: "sonar-scanner", path: "/opt/sonar-scanner/bin/sonar-scanner" },
  hadolint: { image: "hadolint", path: "/usr/local/bin/hadolint" },
  shellcheck: { image: "shellcheck", path: "/usr/local/bin/shellcheck" },
  osvScanner: { image: "osv-scanner", path: "/usr/local/bin/osv-scanner" },
  semgrep: { image: "semgrep", path: "/usr/local/bin/semgrep" },
  bandit: { image: "bandit", path: "/usr/local/bin/bandit" },
  actionlint: { image: "actionlint", path: "/usr/local/bin/actionlint" },
  browser: { image: "browser", path: "/usr/bin/chromium-headless-shell" },
  zizmor: { image: "zizmor", path: "/usr/local/bin/zizmor" },
}

const heading = `# Written by the toolchain: the images that it built, as its local registry serves them.
# Same shape as toolbox.yaml at the root of the repository, which names public images.
`

/** The toolbox file's content for what the registry holds; parts whose image is not there are left out. */
export function toolboxContent(images: readonly PublishedImage[]): object {
  const byName = new Map(images.map((image) => [image.name, image]))
  const source = (name: string) => {
    const image = byName.get(name)
    return image && { image: image.reference, digest: image.digest }
  }
  const version = (name: string): string => byName.get(name)?.version ?? ""
  const advisories = source("advisories")
  const osv = source("advisories-osv")
  const schemas = source("schemas")
  const cluster = source("kubernetes")
  return {
    schemaVersion: 1,
    registry: network.applicationImages,
    insecureRegistries: [network.registry],
    tools: Object.fromEntries(
      Object.entries(tools).flatMap(([tool, { image, several = "", path }]) => {
        const found = source(several) ?? source(image)
        return found ? [[tool, { ...found, version: version(image), ...(path && { path }) }]] : []
      }),
    ),
    databases: {
      ...(advisories && { trivy: { ...advisories, name: advisoriesName, path: "/db" } }),
      ...(osv && { osv: { ...osv, name: advisoriesName, path: "/db" } }),
    },
    schemas: schemas ? { kubernetes: { ...schemas, path: "/schemas", version: version("schemas") } } : {},
    ...(cluster && { cluster }),
  }
}

/**
 * Writes the toolbox file, whole or not at all. Equal content leaves the file untouched, so that nothing that
 * depends on it is made again.
 */
export async function writeToolboxFile(file: string, images: readonly PublishedImage[]): Promise<void> {
  const text = heading + stringify(toolboxContent(images), { lineWidth: 0 })
  const present = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return ""
    throw error
  })
  if (text === present) return
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
