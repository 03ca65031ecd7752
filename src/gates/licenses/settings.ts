import { z } from "zod"

const reason = z.string().trim().min(1).max(500).describe("Why, for whoever reads the report.")

const listed = z
  .strictObject({
    license: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,99}(?: WITH [A-Za-z0-9][A-Za-z0-9.-]{0,99})?$/, {
        error: "an SPDX identifier such as Apache-2.0, or one with its exception: ID WITH EXCEPTION",
      })
      .describe("SPDX identifier, also with an exception: GPL-2.0-only WITH Classpath-exception-2.0."),
    reason,
  })
  .describe("A licence, and why it is in the list.")
export type ListedLicense = z.output<typeof listed>

const known = z
  .strictObject({
    package: z
      .string()
      .regex(/^pkg:[a-z][a-z0-9.+-]*\/[^\s?#]{1,300}$/, {
        error: "a package URL without qualifiers, such as pkg:golang/golang.org/x/net@v0.40.0",
      })
      .describe("Package URL; without a version it is about all of them."),
    license: z.string().min(1).max(300).describe("SPDX expression."),
    reason,
  })
  .describe("The licence of a package that does not state it itself, and who has read it where.")
export type KnownLicense = z.output<typeof known>

export const licensesSettings = z.strictObject({
  allow: z
    .array(listed)
    .nullable()
    .default(null)
    .describe("The only licences that packages may have. Default: any that is not denied."),
  deny: z.array(listed).default([]).describe("Licences that no package may have."),
  known: z
    .array(known)
    .default([])
    .describe("Licences of packages that do not state theirs. What a package says itself counts more."),
  unknown: z
    .enum(["refuse", "report"])
    .default("refuse")
    .describe(
      "What a package without a known licence is: a finding that refuses, or one that is only reported.",
    ),
  systemPackages: z
    .boolean()
    .default(true)
    .describe(
      "Whether packages of the system of an image are judged, too. Where they are not, reports say so.",
    ),
})
export type LicensesSettings = z.output<typeof licensesSettings>

/** Refuses what either of two settings refuses. */
export function stricterLicenses(own: LicensesSettings, floor: Partial<LicensesSettings>): LicensesSettings {
  const { allow, deny = [], known: accepted, unknown, systemPackages } = floor
  const isIn = (list: readonly ListedLicense[], { license }: ListedLicense) =>
    list.some((one) => one.license === license)
  const isAccepted = (one: KnownLicense) =>
    accepted?.some((other) => other.package === one.package && other.license === one.license) ?? true
  return {
    allow:
      own.allow === null || allow === undefined || allow === null
        ? (own.allow ?? allow ?? null)
        : own.allow.filter((one) => isIn(allow, one)),
    deny: [...own.deny, ...deny.filter((one) => !isIn(own.deny, one))],
    known: own.known.filter(isAccepted),
    unknown: unknown === "refuse" ? "refuse" : own.unknown,
    systemPackages: own.systemPackages || systemPackages === true,
  }
}

/** Whether somebody has said which licences are wanted: without that there is nothing to judge by. */
export function hasPolicy({ allow, deny }: Pick<LicensesSettings, "allow" | "deny">): boolean {
  return allow !== null || deny.length > 0
}
