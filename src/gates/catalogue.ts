/**
 * All gates, in the order in which reports list them: the only file that names them. It is pure, and a member is loaded
 * when it is to judge: configuration and waivers are read without any gate's tools and parsers.
 */
import type { z } from "zod"
import { type GateContextName, gateContexts } from "../domain/gate-result.ts"
import { bundleSettings, stricterBundle } from "./bundle/settings.ts"
import { chartsSettings, stricterCharts } from "./charts/settings.ts"
import { dependenciesSettings, stricterDependencies } from "./dependencies/settings.ts"
import { dockerfileSettings, stricterDockerfile } from "./dockerfile/settings.ts"
import { dynamicAnalysisSettings, stricterDynamicAnalysis } from "./dynamic-analysis/settings.ts"
import { endToEndSettings, stricterEndToEnd } from "./end-to-end/settings.ts"
import { falcoSettings, stricterFalco } from "./falco/settings.ts"
import { licensesSettings, stricterLicenses } from "./licenses/settings.ts"
import { qualitySettings, stricterQuality } from "./quality/settings.ts"
import type { Rules } from "./rule.ts"
import { secretsSettings, stricterSecrets } from "./secrets/settings.ts"
import { shellSettings, stricterShell } from "./shell/settings.ts"
import { policyFilesOf, staticAnalysisSettings, stricterStaticAnalysis } from "./static-analysis/settings.ts"
import { stricterVulnerabilities, vulnerabilitiesSettings } from "./vulnerabilities/settings.ts"
import { stricterWorkflow, workflowSettings } from "./workflow/settings.ts"

export {
  type SecurityScoreSettings,
  securityScoreSettings,
  stricterSecurityScore,
} from "./engine/security-score/settings.ts"

/** What is known of a gate before it is loaded. */
export interface CatalogueEntry {
  /** As `--only`, `gates.required`, waivers and reports name it. Never renamed: it is part of a finding's identity. */
  readonly name: string
  /** What it is about, for people. */
  readonly title: string
  /** Findings of a security gate are security alerts for code scanning. */
  readonly kind: "quality" | "security"
  /**
   * Contexts that require it where signalbox.yaml lists none. Frozen: a gate that comes later has none, so that it warns
   * until a configuration names it, and an update of Signalbox never stops a project's release.
   */
  readonly requiredByDefault?: readonly GateContextName[]
  /** Whether it checks each component by itself, which may then switch it off with a reason. Default: false. */
  readonly perComponent?: true
  /**
   * What it judges, where that is not the whole tree: each component by itself, or the chart as it is rendered. A call about
   * what has changed leaves the rest of that out. Default: what `perComponent` says, else the whole tree, which is never left out.
   */
  readonly judges?: "components" | "chart"
  /**
   * When it starts, where more gates apply than run at once: those that are quick, or fail most often, before the others, and
   * those that wait for images, services or a server after them. A hint: it decides nothing. Default: in between.
   */
  readonly turn?: "early" | "late"
  /**
   * Names in toolbox.yaml of the tools that it adds. Default: none; it runs the component's own tools or those of every
   * toolbox.
   */
  readonly tools?: readonly string[]
  /** Schema of `gates.NAME` in signalbox.yaml; every key has a default. Default: it has no settings. */
  readonly settings?: z.ZodType
  /**
   * It judges only where signalbox.yaml has `gates.NAME`: elsewhere no report lists it, unless it is asked for by name. Default:
   * it judges everywhere.
   */
  readonly whereConfigured?: true
  /**
   * Two settings as one that refuses what either refuses; of the second, keys may be missing. Without it a shared policy
   * (`extends`) cannot set the gate.
   */
  readonly stricter?: (own: never, floor: never) => unknown
  /** Files of the tree that its settings name and that are policy as well. Default: none. */
  readonly policyFiles?: (settings: never) => readonly string[]
  /** The module whose `rules` explains its own rules. Default: it has none; its tools explain theirs. */
  readonly rules?: () => Promise<{ readonly rules: Rules }>
  /** The module whose `gate` is the member. */
  readonly load: () => Promise<{ readonly gate: unknown }>
}

/** A fork's pull request reaches no database and no cluster, so fewer gates are required of it. */
const ownRepository = ["branch", "release"] as const

export const catalogue = [
  {
    name: "typecheck",
    title: "Types",
    kind: "quality",
    perComponent: true,
    requiredByDefault: gateContexts,
    rules: () => import("./typecheck/rules.ts"),
    turn: "early",
    load: () => import("./typecheck/gate.ts"),
  },
  {
    name: "lint",
    title: "Lint",
    kind: "quality",
    perComponent: true,
    requiredByDefault: gateContexts,
    rules: () => import("./lint/rules.ts"),
    turn: "early",
    load: () => import("./lint/gate.ts"),
  },
  {
    name: "unit",
    title: "Unit tests",
    kind: "quality",
    perComponent: true,
    requiredByDefault: gateContexts,
    rules: () => import("./unit/rules.ts"),
    load: () => import("./unit/gate.ts"),
  },
  {
    name: "coverage",
    title: "Test coverage",
    kind: "quality",
    perComponent: true,
    requiredByDefault: gateContexts,
    rules: () => import("./coverage/rules.ts"),
    load: () => import("./coverage/gate.ts"),
  },
  {
    name: "integration",
    title: "Integration tests",
    kind: "quality",
    perComponent: true,
    tools: ["postgres", "redis"],
    rules: () => import("./integration/rules.ts"),
    turn: "late",
    load: () => import("./integration/gate.ts"),
  },
  {
    name: "end-to-end",
    title: "End-to-end tests in a browser",
    kind: "quality",
    tools: ["browser"],
    settings: endToEndSettings,
    whereConfigured: true,
    stricter: stricterEndToEnd,
    rules: () => import("./end-to-end/rules.ts"),
    turn: "late",
    load: () => import("./end-to-end/gate.ts"),
  },
  {
    name: "secrets",
    title: "Secrets in history and tree",
    kind: "security",
    requiredByDefault: gateContexts,
    tools: ["gitleaks"],
    settings: secretsSettings,
    stricter: stricterSecrets,
    load: () => import("./secrets/gate.ts"),
  },
  {
    name: "vulnerabilities",
    title: "Known vulnerabilities",
    kind: "security",
    judges: "components",
    requiredByDefault: ownRepository,
    tools: ["trivy"],
    settings: vulnerabilitiesSettings,
    stricter: stricterVulnerabilities,
    rules: () => import("./vulnerabilities/rules.ts"),
    turn: "late",
    load: () => import("./vulnerabilities/gate.ts"),
  },
  {
    name: "dependencies",
    title: "Known vulnerabilities in lock files",
    kind: "security",
    tools: ["osvScanner"],
    settings: dependenciesSettings,
    whereConfigured: true,
    stricter: stricterDependencies,
    rules: () => import("./dependencies/rules.ts"),
    turn: "late",
    load: () => import("./dependencies/gate.ts"),
  },
  {
    name: "images",
    title: "Image size and hardening",
    kind: "security",
    judges: "components",
    requiredByDefault: ownRepository,
    rules: () => import("./images/rules.ts"),
    turn: "late",
    load: () => import("./images/gate.ts"),
  },
  {
    name: "charts",
    title: "Chart, manifests and policy",
    kind: "quality",
    judges: "chart",
    requiredByDefault: ownRepository,
    tools: ["kubeconform", "kubeScore"],
    settings: chartsSettings,
    stricter: stricterCharts,
    rules: () => import("./charts/rules.ts"),
    load: () => import("./charts/gate.ts"),
  },
  {
    name: "quality",
    title: "SonarQube quality gate",
    kind: "quality",
    tools: ["sonarScanner", "sonarqube"],
    settings: qualitySettings,
    whereConfigured: true,
    stricter: stricterQuality,
    rules: () => import("./quality/rules.ts"),
    turn: "late",
    load: () => import("./quality/gate.ts"),
  },
  {
    name: "licenses",
    title: "Licences of packages",
    kind: "quality",
    judges: "components",
    settings: licensesSettings,
    stricter: stricterLicenses,
    rules: () => import("./licenses/rules.ts"),
    turn: "late",
    load: () => import("./licenses/gate.ts"),
  },
  {
    name: "bundle",
    title: "Sizes of what builds write",
    kind: "quality",
    judges: "components",
    settings: bundleSettings,
    stricter: stricterBundle,
    rules: () => import("./bundle/rules.ts"),
    turn: "late",
    load: () => import("./bundle/gate.ts"),
  },
  {
    name: "dockerfile",
    title: "Dockerfiles",
    kind: "quality",
    tools: ["hadolint"],
    settings: dockerfileSettings,
    whereConfigured: true,
    stricter: stricterDockerfile,
    rules: () => import("./dockerfile/rules.ts"),
    load: () => import("./dockerfile/gate.ts"),
  },
  {
    name: "shell",
    title: "Shell scripts",
    kind: "quality",
    tools: ["shellcheck"],
    settings: shellSettings,
    whereConfigured: true,
    stricter: stricterShell,
    rules: () => import("./shell/rules.ts"),
    load: () => import("./shell/gate.ts"),
  },
  {
    name: "static-analysis",
    title: "Static analysis",
    kind: "security",
    tools: ["semgrep", "bandit"],
    settings: staticAnalysisSettings,
    whereConfigured: true,
    stricter: stricterStaticAnalysis,
    policyFiles: policyFilesOf,
    rules: () => import("./static-analysis/rules.ts"),
    load: () => import("./static-analysis/gate.ts"),
  },
  {
    name: "workflow",
    title: "Workflows and actions",
    kind: "quality",
    tools: ["actionlint", "zizmor"],
    settings: workflowSettings,
    whereConfigured: true,
    stricter: stricterWorkflow,
    rules: () => import("./workflow/rules.ts"),
    load: () => import("./workflow/gate.ts"),
  },
  {
    name: "falco",
    title: "Rules of Falco",
    kind: "quality",
    settings: falcoSettings,
    whereConfigured: true,
    stricter: stricterFalco,
    rules: () => import("./falco/rules.ts"),
    load: () => import("./falco/gate.ts"),
  },
  {
    name: "dynamic-analysis",
    title: "Running application",
    kind: "security",
    settings: dynamicAnalysisSettings,
    whereConfigured: true,
    stricter: stricterDynamicAnalysis,
    rules: () => import("./dynamic-analysis/rules.ts"),
    turn: "late",
    load: () => import("./dynamic-analysis/gate.ts"),
  },
] as const satisfies readonly CatalogueEntry[]

type Member = (typeof catalogue)[number]
export type GateName = Member["name"]
/** Gates that a component may switch off. */
export type ComponentGateName = Extract<Member, { perComponent: true }>["name"]

/** Tools that gates add, by their name in toolbox.yaml. */
export type GateToolName = Extract<Member, { tools: readonly string[] }>["tools"][number]

type WithSettings = Extract<Member, { settings: z.ZodType }>
type WhereConfigured = Extract<WithSettings, { whereConfigured: true }>

/** `gates.NAME` of signalbox.yaml with defaults filled in, for the gates that have settings. */
export type GateSettings = {
  readonly [M in Exclude<WithSettings, WhereConfigured> as M["name"]]: z.output<M["settings"]>
} & { readonly [M in WhereConfigured as M["name"]]?: z.output<M["settings"]> }

/** Every gate that can be named in `--only`, `gates.required` and a waiver, in the order in which reports list them. */
export const gateNames: readonly GateName[] = catalogue.map(({ name }) => name)

/** Gates that a component may switch off with a reason. */
export const componentGateNames: readonly ComponentGateName[] = catalogue.flatMap((one) =>
  "perComponent" in one ? [one.name] : [],
)

/** Gates that somebody may wait for before a commit: those about a component alone that are done first. */
export const quickGates: readonly GateName[] = catalogue.flatMap((one) =>
  "perComponent" in one && "turn" in one && one.turn === "early" ? [one.name] : [],
)

export const gateTools: readonly GateToolName[] = catalogue.flatMap((one) =>
  "tools" in one ? one.tools : [],
)

export function isGateName(text: string): text is GateName {
  return (gateNames as readonly string[]).includes(text)
}

/** What a context requires where signalbox.yaml does not say. */
export function requiredByDefault(
  context: GateContextName,
  members: readonly CatalogueEntry[] = catalogue,
): string[] {
  return members.filter((one) => one.requiredByDefault?.includes(context)).map(({ name }) => name)
}
