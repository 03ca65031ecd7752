import type { SignalboxConfig } from "../../../config/index.ts"
import type { GateName } from "../../catalogue.ts"

/**
 * Why a gate over files of the tree does not judge: nobody has asked for it. Undefined where signalbox.yaml names it, by its settings, as
 * required, or as one that blocks: whoever requires it need not say what is the default.
 */
export function whyNotNamed(gates: SignalboxConfig["gates"], gate: GateName): string | undefined {
  const isSet = Object.entries(gates).some(([name, settings]) => name === gate && settings !== undefined)
  const isRequired = Object.values(gates.required).some((names) => names.includes(gate))
  const blocks = gates.onFail?.[gate] === "block"
  return isSet || isRequired || blocks
    ? undefined
    : `signalbox.yaml has no gates.${gate}: with \`${gate}: {}\` it judges`
}
