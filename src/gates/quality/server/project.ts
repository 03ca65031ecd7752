import { SignalboxError } from "../../../domain/index.ts"
import type { QualityRequest } from "../answers.ts"
import { hasBranches } from "../scan.ts"
import { refusalOf, type SonarApi } from "./api.ts"
import { noBranches, otherGate, wrongProject } from "./errors.ts"
import { gateOfProject, global } from "./shapes.ts"

/** The server's edition: branches and pull requests are analysed from `developer` on. */
export async function editionOf(api: SonarApi): Promise<string> {
  return (await api.get("api/navigation/global", {}, global)).edition.toLowerCase()
}

/** @throws SERVER_REFUSED where the call names a branch and the server's edition has none */
export function assertBranches(
  api: SonarApi,
  edition: string,
  { analysedAs }: Pick<QualityRequest, "analysedAs">,
): void {
  if (analysedAs === null || hasBranches(edition)) return
  const { branch, pullRequest } = analysedAs
  const what =
    pullRequest === undefined ? `the branch ${branch}` : `the pull request ${pullRequest.key} from ${branch}`
  throw noBranches(api.server, edition, what)
}

/**
 * The quality gate that judges the project. A token that is for analyses alone may not read the project: then its name is
 * not known, and only the scanner tells whether the project is there.
 * @returns null where the token may not read it
 * @throws SERVER_REFUSED where there is no such project, or another quality gate judges it
 */
export async function assertProject(
  api: SonarApi,
  { project, qualityGate }: Pick<QualityRequest, "project" | "qualityGate">,
): Promise<string | null> {
  const name = await gateName(api, project)
  if (qualityGate === null || name === qualityGate) return name
  throw otherGate(api.server, qualityGate, name ?? "one that this token may not read")
}

async function gateName(api: SonarApi, project: string): Promise<string | null> {
  const path = "api/qualitygates/get_by_project"
  const answer = await api.request("GET", path, { project })
  if (answer.status === 404) throw wrongProject(api.server, project, refusalOf(answer))
  try {
    api.accepted(path, answer)
  } catch (error) {
    if (answer.status === 403 && error instanceof SignalboxError) return null
    throw error
  }
  return api.parsed(path, answer, gateOfProject).qualityGate.name
}
