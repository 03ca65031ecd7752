import { join } from "node:path"
import { type ComponentName, componentNames } from "../example/dockerfile.ts"
import { pathOf } from "../example/project.ts"
import { dockerBuild } from "../measure.ts"
import type { LeftOut } from "../report.ts"
import type { EnvironmentFiles } from "./chart.ts"
import type { HostTool, HostTools } from "./host-tools.ts"

/** The gates that judge the example, with what a script needs for each beside npm, git and Dagger. */
const needs = {
  typecheck: [],
  lint: [],
  unit: [],
  coverage: [],
  secrets: ["gitleaks"],
  vulnerabilities: ["trivy", "advisories"],
  images: [],
  charts: ["helm", "kubeconform", "schemas"],
} as const satisfies Readonly<Record<string, readonly HostTool[]>>
export type ScriptGate = keyof typeof needs
export const scriptGates = Object.keys(needs) as readonly ScriptGate[]

/** Gates that have nothing to judge in the example: no call runs a tool for them. */
export const notInExample: readonly string[] = [
  ...["integration", "quality", "licenses", "bundle"],
  ...["dockerfile", "shell", "dependencies", "static-analysis", "workflow", "falco"],
  ...["dynamic-analysis", "end-to-end"],
]

/** One command of the script. */
export interface Command {
  /** What it is for, as the report sums its seconds up. */
  readonly part: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** File that gets its output, or whose content is its input. */
  readonly output?: string
  readonly input?: string
}

export interface ScriptProject {
  /** A clone of the repository. */
  readonly tree: string
  /** Directory that the script may write into. */
  readonly out: string
  /** Cache of Trivy, with the database in it. */
  readonly trivyCache: string
  readonly chart: { readonly path: string; readonly kubernetes: string }
  readonly environments: readonly EnvironmentFiles[]
}

/** The gates that neither side runs, because a tool is not on this machine. */
export function leftOut(tools: HostTools): LeftOut[] {
  return scriptGates.flatMap((what) => {
    const missing = needs[what].filter((tool) => tools[tool] === undefined)
    return missing.length === 0 ? [] : [{ what, why: `not built for this machine: ${missing.join(", ")}` }]
  })
}

/** What somebody runs by hand for the same verdicts, one after the other, as the packages are installed. */
export function scriptOf(project: ScriptProject, tools: HostTools): readonly Command[] {
  const left = leftOut(tools).map(({ what }) => what)
  const parts: Readonly<Record<string, () => readonly Command[]>> = {
    typecheck: () => componentNames.map((name) => npm(project, name, "typecheck")),
    lint: () => componentNames.map((name) => npm(project, name, "lint")),
    // Coverage is read from the same run.
    unit: () => componentNames.map((name) => npm(project, name, "coverage")),
    secrets: () => secrets(project, tools),
    images: () => componentNames.flatMap((name) => image(project, name)),
    vulnerabilities: () => componentNames.flatMap((name) => vulnerabilities(project, name, tools)),
    charts: () => project.environments.flatMap((one) => charts(project, one, tools)),
  }
  return Object.entries(parts).flatMap(([gate, commands]) => (left.includes(gate) ? [] : commands()))
}

/** What comes before it where nothing is installed. */
export function installs({ tree }: Pick<ScriptProject, "tree">): readonly Command[] {
  return componentNames.map((name) => ({
    ...{ part: "packages", program: "npm", args: ["ci", "--no-audit", "--no-fund"] },
    cwd: join(tree, pathOf(name)),
  }))
}

function npm({ tree }: ScriptProject, name: ComponentName, script: string): Command {
  const part = script === "coverage" ? "unit" : script
  return { part, program: "npm", args: ["run", "--silent", script], cwd: join(tree, pathOf(name)) }
}

/** The history and the tree. Findings are written, and fail nothing: what they mean is not the script's to say. */
function secrets({ tree, out }: ScriptProject, { gitleaks = "gitleaks" }: HostTools): readonly Command[] {
  const options = ["--no-banner", "--log-level", "error", "--redact=100", "--exit-code", "0"]
  return (["git", "dir"] as const).map((kind) => ({
    ...{ part: "secrets", program: gitleaks, cwd: tree },
    args: [
      ...[kind, ".", ...options, "--ignore-gitleaks-allow"],
      ...(kind === "git" ? ["--log-opts=--all"] : []),
      ...["--report-format", "json", "--report-path", join(out, `gitleaks-${kind}.json`)],
    ],
  }))
}

const layoutOf = (out: string, name: ComponentName): string => join(out, `${name}-image`)

/** Built by the same engine, and unpacked to be scanned. */
function image({ tree, out }: ScriptProject, name: ComponentName): readonly Command[] {
  const archive = join(out, `${name}.tar`)
  const base = { part: "images", cwd: tree }
  const exported = ["as-tarball", "export", "--path", archive]
  return [
    { ...base, program: "dagger", args: [...dockerBuild(join(tree, pathOf(name))), ...exported] },
    { ...base, program: "tar", args: ["-xf", archive, "-C", layoutOf(out, name)] },
  ]
}

function vulnerabilities(
  { tree, out, trivyCache }: ScriptProject,
  name: ComponentName,
  { trivy = "trivy" }: HostTools,
): readonly Command[] {
  const offline = ["--skip-db-update", "--skip-java-db-update", "--offline-scan", "--skip-version-check"]
  const common = ["--scanners", "vuln", "--format", "json", "--list-all-pkgs", "--quiet", ...offline]
  const scan = (mode: string, target: readonly string[]): Command => ({
    ...{ part: "vulnerabilities", program: trivy, cwd: out },
    args: [
      ...[mode, ...common, "--disable-telemetry", "--cache-dir", trivyCache],
      ...["--output", join(out, `${name}-${mode}.json`), ...target],
    ],
  })
  const lock = join(tree, pathOf(name), "package-lock.json")
  return [scan("fs", ["--include-dev-deps", lock]), scan("image", ["--input", layoutOf(out, name)])]
}

/** Lint, then both renderings, each against the schemas. */
function charts(
  { tree, out, chart: { path, kubernetes } }: ScriptProject,
  { name, namespace, release, values }: EnvironmentFiles,
  { helm = "helm", kubeconform = "kubeconform", schemas = "" }: HostTools,
): readonly Command[] {
  const base = { part: "charts", cwd: tree }
  const files = [
    ...["--namespace", namespace, "--kube-version", `v${kubernetes}`],
    ...values.flatMap((file) => ["--values", file]),
  ]
  const rendering = (kind: string, more: readonly string[]): readonly Command[] => {
    const manifests = join(out, `${name}-${kind}.yaml`)
    const location = join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json")
    return [
      { ...base, program: helm, args: ["template", release, path, ...files, ...more], output: manifests },
      {
        ...{ ...base, program: kubeconform, input: manifests },
        args: ["-output", "json", "-summary", "-strict", "-schema-location", location],
      },
    ]
  }
  return [
    { ...base, program: helm, args: ["lint", path, "--strict", ...files] },
    ...rendering("install", []),
    ...rendering("upgrade", ["--is-upgrade"]),
  ]
}
