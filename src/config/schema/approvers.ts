import { z } from "zod"

/** As commits have it: what git itself refuses in an identity, and blanks, are in no address. */
const email = z.string().regex(/^[^\s<>@]{1,200}@[^\s<>@]{1,200}$/, { error: "an e-mail address" })

/** Logins of GitHub and ids of Jenkins; a list of them is passed on with commas between. */
const login = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._@+-]{0,98}[A-Za-z0-9])?$/, { error: "a login, as the CI server has it" })

const approver = z
  .strictObject({
    name: login.describe("Login by which the CI server knows the person."),
    emails: z
      .array(email)
      .min(1)
      .describe("Every address that the person commits with: nobody's approval of their own change counts."),
  })
  .describe("A person whose approval counts.")

/** Two entries with a login or an address in common would be one person who counts twice. */
export const approvers = z
  .array(approver)
  .max(100)
  .refine((all) => isUnique(all.map(({ name }) => name)), { error: "each login once" })
  .refine((all) => isUnique(all.flatMap(({ emails }) => [...new Set(emails.map(lower))])), {
    error: "each address with one approver",
  })
  .default([])
  .describe(
    "People whose approval counts, for environments with approvals. The list counts as it stands on the base revision. " +
      "Default: none.",
  )

const lower = (text: string): string => text.toLowerCase()

function isUnique(texts: readonly string[]): boolean {
  return new Set(texts.map(lower)).size === texts.length
}
