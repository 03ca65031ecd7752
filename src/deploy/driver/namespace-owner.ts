import { SignalboxError } from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import { planOf, type StoredJournal, type StoredLedger } from "../state/index.ts"

/**
 * Journal and ledger of a namespace are one project's, one environment's and one Helm release's: to finish another
 * one's operation here would deploy its plan into this release, and its ledger says nothing about what runs here.
 * @throws CONFIG_INVALID naming what differs.
 */
export function assertNamespaceOwner(
  { project, environment }: Pick<DriverRequest, "project" | "environment">,
  ledger: StoredLedger | null,
  journal: StoredJournal | null,
): void {
  const { name, namespace, release } = environment
  const plan = journal === null ? null : planOf(journal)
  const facts: readonly (readonly [string, string | undefined, string])[] = [
    ["the ledger's environment", ledger?.environment, name],
    ["the last operation's environment", plan?.environment, name],
    ["the last operation's project", plan?.project, project],
    ["the last operation's namespace", plan?.namespace, namespace],
    ["the last operation's Helm release", plan?.releaseName, release],
  ]
  const differing = facts.filter(([, recorded, own]) => recorded !== undefined && recorded !== own)
  if (differing.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `namespace ${namespace} belongs to another project, environment or release`,
    where: `environment ${name} of project ${project}`,
    why: differing.map(([what, recorded, own]) => `${what} is ${recorded}, not ${own}`).join("; "),
    next: "give each environment of each project a namespace of its own, and keep the names that it began with",
  })
}
