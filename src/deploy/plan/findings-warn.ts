import type { GateEvidence } from "../../domain/index.ts"

/**
 * Whether what a gate finds refuses nothing: by the policy that judged the release, and by today's where that requires
 * the gate. A gate that blocks by now must not be passed by what it once only warned of.
 */
export function findingsWarn(
  { gate, onFail }: Pick<GateEvidence, "gate" | "onFail">,
  {
    requiredGates,
    warningGates = [],
  }: { readonly requiredGates: readonly string[]; readonly warningGates?: readonly string[] },
): boolean {
  return onFail === "warn" && (!requiredGates.includes(gate) || warningGates.includes(gate))
}
