import { contentDigest, toJson } from "../../domain/canonical.ts"
import type { Digest } from "../../domain/digest.ts"
import type { GateContextName } from "../../domain/gate-result.ts"
import type { Waiver } from "../../domain/waiver.ts"
import { type CatalogueEntry, catalogue } from "../../gates/catalogue.ts"
import type { AnyGateName } from "../schema/gates.ts"
import type { RefRule, SignalboxConfig } from "../schema/signalbox.ts"
import { valueAt } from "../zod-problems.ts"

/** What a project is held against, apart from what it consists of. */
export interface Policy {
  /** The shared policy that it extends, by digest; its rules are in the other settings. Absent where there is none. */
  readonly extends?: string
  readonly protectedBranches: readonly string[]
  /** Keys whose signatures count; absent where there are none. */
  readonly signingKeys?: SignalboxConfig["signingKeys"]
  /** People whose approval counts; absent where there are none. */
  readonly approvers?: SignalboxConfig["approvers"]
  /** Which rules may be overridden; absent where none may be. */
  readonly overrides?: Omit<NonNullable<SignalboxConfig["overrides"]>, "maxAge"> & { readonly maxAge: string }
  /** Required gates by context, and the settings of gates. */
  readonly gates: SignalboxConfig["gates"]
  /** Gates that a list names: one of them that has nothing to judge ends the call. Absent where no list names any. */
  readonly requiredByName?: NamedGates
  /** Which tag or branch goes to which environment. */
  readonly refs: readonly RefRule[]
  readonly components: Readonly<Record<string, Thresholds>>
  /** By id. */
  readonly waivers: Readonly<Record<string, Waiver>>
  /** `environments/NAME.yaml` by name, as written. */
  readonly environments: Readonly<Record<string, unknown>>
  /** `toolbox.yaml` of the tree, as written; null where it has none. */
  readonly toolbox: unknown
  /** Digests of the files that settings of gates name; null for one that is not there. Absent where none is named. */
  readonly files?: PolicyFiles
}

export type PolicyFiles = Readonly<Record<string, Digest | null>>

/** Gates by the contexts for which a list names them, in signalbox.yaml or in the shared policy. */
export type NamedGates = Readonly<Partial<Record<GateContextName, readonly AnyGateName[]>>>

/** The thresholds of a component, and the checks that it switches off, with the reason. */
export interface Thresholds {
  readonly coverageMinimum: number
  readonly maxImageMb?: number
  readonly off: Readonly<Record<string, string>>
}

/** Everything of a tree that its policy is made of. */
export interface PolicyParts {
  readonly config: SignalboxConfig
  readonly waivers: readonly Waiver[]
  readonly environments: Readonly<Record<string, unknown>>
  readonly toolbox: unknown
  /** Default: none is named. */
  readonly files?: PolicyFiles
  /** Default: the default of `gates.required` holds in every context. */
  readonly named?: NamedGates
}

export function policyOf({
  config,
  waivers,
  environments,
  toolbox,
  files = {},
  named = {},
}: PolicyParts): Policy {
  return {
    ...(config.extends === undefined ? {} : { extends: config.extends }),
    protectedBranches: config.protectedBranches,
    ...(config.signingKeys.length === 0 ? {} : { signingKeys: config.signingKeys }),
    ...(config.approvers.length === 0 ? {} : { approvers: config.approvers }),
    ...(config.overrides === undefined
      ? {}
      : { overrides: { ...config.overrides, maxAge: String(config.overrides.maxAge) } }),
    gates: config.gates,
    ...(Object.keys(named).length === 0 ? {} : { requiredByName: named }),
    refs: config.refs,
    components: Object.fromEntries(
      Object.entries(config.components).map(([name, component]) => [name, thresholdsOf(component)]),
    ),
    waivers: Object.fromEntries(waivers.map((waiver) => [waiver.id, waiver])),
    environments,
    toolbox,
    ...(Object.keys(files).length === 0 ? {} : { files }),
  }
}

/** Files of the tree that settings of gates name, and that are policy as these are. */
export function policyFilesOf(gates: SignalboxConfig["gates"]): readonly string[] {
  const named = (catalogue as readonly CatalogueEntry[]).flatMap(({ name, policyFiles }) => {
    const settings = valueAt(gates, [name])
    return policyFiles === undefined || settings === undefined ? [] : policyFiles(settings as never)
  })
  return [...new Set(named)].sort()
}

/** What `--approve-policy` takes: SHA-256 of the policy in canonical JSON (RFC 8785). */
export function policyHash(policy: Policy): Digest {
  return contentDigest(toJson(policy))
}

type Component = SignalboxConfig["components"][string]

export function thresholdsOf({ coverageMinimum, maxImageMb, checks }: Component): Thresholds {
  const off = Object.entries(checks).flatMap(([name, check]) =>
    check !== undefined && "off" in check ? [[name, check.off] as const] : [],
  )
  return {
    coverageMinimum,
    ...(maxImageMb === undefined ? {} : { maxImageMb }),
    off: Object.fromEntries(off),
  }
}
