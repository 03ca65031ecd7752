/** Every gate that can be named in `--only`, `gates.required` and a waiver, in the order in which reports list them. */
export const gateNames = [
  "typecheck",
  "lint",
  "unit",
  "coverage",
  "secrets",
  "vulnerabilities",
  "images",
  "charts",
] as const

export type GateName = (typeof gateNames)[number]

export function isGateName(text: string): text is GateName {
  return (gateNames as readonly string[]).includes(text)
}
