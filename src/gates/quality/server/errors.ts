/** Why there is no verdict of the server: each cause is an error of its own, with what to do about it. */
import { SignalboxError } from "../../../domain/index.ts"

const address = "signalbox.yaml: gates.quality.server"

/** Nobody answered. */
export function away(server: string, cause: unknown): SignalboxError {
  return new SignalboxError(
    "SERVER_UNREACHABLE",
    {
      what: "the SonarQube server did not answer",
      where: server,
      why: reasonOf(cause),
      next: `start it, or check the address and the network: ${address}`,
    },
    { cause },
  )
}

/** It answered, but not yet as what it will be. */
export function notReady(server: string, status: string, waited: string): SignalboxError {
  const migrates = status.startsWith("DB_MIGRATION")
  return new SignalboxError("SERVER_NOT_READY", {
    what: migrates
      ? "the SonarQube server waits for the migration of its database"
      : `the SonarQube server was not ready within ${waited}`,
    where: server,
    why: `it says that its status is ${status}`,
    next: migrates ? `finish its update: ${server}/setup` : "call again, or wait longer: gates.quality.wait",
  })
}

/** Something answered that is no SonarQube: a proxy, a login page, another address. */
export function notSonarqube(server: string, why: string): SignalboxError {
  return new SignalboxError("SERVER_UNREACHABLE", {
    what: "what answered is not the web API of SonarQube",
    where: server,
    why,
    next: `check the address, with the path that the server has: ${address}`,
  })
}

export function wrongToken(server: string, why: string): SignalboxError {
  return new SignalboxError("SERVER_REFUSED", {
    what: "the SonarQube server does not know the token",
    where: server,
    why,
    next: "give a token of this server that has not expired: --sonar-token env://NAME",
  })
}

export function notAllowed(server: string, why: string): SignalboxError {
  return new SignalboxError("SERVER_REFUSED", {
    what: "the SonarQube server refused, although it knows the token",
    where: server,
    why,
    next: "give the token's user the permissions Browse and Execute Analysis on the project",
  })
}

export function wrongProject(server: string, project: string, why: string): SignalboxError {
  return new SignalboxError("SERVER_REFUSED", {
    what: `the SonarQube server has no project ${JSON.stringify(project)} for this token`,
    where: server,
    why,
    next: "create it there, or correct its key: signalbox.yaml: gates.quality.project",
  })
}

export function otherGate(server: string, expected: string, actual: string): SignalboxError {
  return new SignalboxError("SERVER_REFUSED", {
    what: `the SonarQube server judges the project by the quality gate ${JSON.stringify(actual)}`,
    where: server,
    why: `signalbox.yaml asks for ${JSON.stringify(expected)}`,
    next: "select it for the project on the server, or correct gates.quality.qualityGate",
  })
}

/** An analysis without its branch would be one of the main branch, and count for it. */
export function noBranches(server: string, edition: string, what: string): SignalboxError {
  return new SignalboxError("SERVER_REFUSED", {
    what: `the SonarQube server has no branches and no pull requests, and the call names ${what}`,
    where: server,
    why: `its edition is ${edition}: an analysis of anything would count for the project's only branch`,
    next: "leave --sonar-branch and --sonar-pull-request out where this is that branch; or name no server: one of the call's own compares with nothing",
  })
}

/** It answered with something that the gate cannot go on with. */
export function unexpected(server: string, path: string, why: string): SignalboxError {
  return new SignalboxError("SERVER_REFUSED", {
    what: `the SonarQube server did not do what was asked: ${path}`,
    where: server,
    why,
    next: "look at the log of the server",
  })
}

export function analysisFailed(server: string, status: string, why: string): SignalboxError {
  const what =
    status === "CANCELED"
      ? "the analysis was cancelled on the SonarQube server"
      : "the SonarQube server could not process the analysis"
  return new SignalboxError("ANALYSIS_FAILED", {
    what,
    where: server,
    why,
    next: "look at the background tasks of the project on the server, and call again",
  })
}

export function timedOut(server: string, status: string, waited: string): SignalboxError {
  return new SignalboxError("ANALYSIS_TIMED_OUT", {
    what: `the SonarQube server did not finish the analysis within ${waited}`,
    where: server,
    why: `its task is ${status}: other analyses may be before it`,
    next: "call again, or wait longer: gates.quality.wait",
  })
}

/** No condition was looked at: that nothing fails is no pass. */
export function judgedNothing(server: string, why: string): SignalboxError {
  return new SignalboxError("ANALYSIS_FAILED", {
    what: "the quality gate has judged nothing",
    where: server,
    why,
    next: "give the project's quality gate conditions that hold for all of the code; those on new code are judged from the second analysis on",
  })
}

/** The innermost cause: `fetch failed` alone tells nothing. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause)
}
