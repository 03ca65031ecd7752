/**
 * Program: asks a SonarQube server for the gate. Runs in the runner container on every call.
 *   node server/main.ts prepare --request FILE --tree DIR --out DIR   waits until it is up; is the token known, the project there
 *   node server/main.ts judge --request FILE --report FILE --out DIR   waits for the analysis, and reads its quality gate
 * Secrets are in its environment: SONAR_TOKEN of a given server; SIGNALBOX_PASSWORD and SIGNALBOX_SEAL of one of the call's own,
 * which `prepare` sets up, and whose token it answers sealed.
 * Writes DIR/answer.json and ends with 0, or writes DIR/error.json and ends with its exit code.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { asSignalboxError, SignalboxError } from "../../../domain/index.ts"
import { endWith, outOf } from "../../../toolbox/program-end.ts"
import { type Judged, type Prepared, type QualityRequest, requestSchema } from "../answers.ts"
import { bearer, SonarApi } from "./api.ts"
import { judgeAnalysis } from "./judge.ts"
import { ownGate, seal, setUp } from "./own.ts"
import { assertBranches, assertProject, editionOf } from "./project.ts"
import { assertToken, waitUntilUp } from "./ready.ts"
import { treeSettings } from "./tree.ts"

/** One that has just started has taken 42 s for its first password, where it had a tenth of a core. */
const firstAnswersMs = 300_000

type Environment = Readonly<Record<string, string | undefined>>

export async function main(argv: readonly string[], environment: Environment): Promise<void> {
  const text = { type: "string", default: "" } as const
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { request: text, tree: text, report: text, out: text },
  })
  const request = requestSchema.parse(JSON.parse(await readFile(values.request, "utf8")))
  const api = new SonarApi({ server: request.server })
  const write = (answer: Prepared | Judged) =>
    writeFile(join(values.out, "answer.json"), `${JSON.stringify(answer)}\n`)
  switch (positionals[0]) {
    case "prepare":
      return write(await prepare(api, request, values.tree, environment))
    case "judge": {
      const report = await readFile(values.report, "utf8")
      return write(await judgeAnalysis(api.as(bearer(secretOf(environment, "SONAR_TOKEN"))), report, request))
    }
    default:
      throw new SignalboxError("USAGE", { what: `unknown command: ${positionals[0] ?? ""}` })
  }
}

async function prepare(
  api: SonarApi,
  request: QualityRequest,
  tree: string,
  environment: Environment,
): Promise<Prepared> {
  const version = await waitUntilUp(api, request)
  const found = { version, tree: treeSettings(tree) }
  if (request.conditions === null) {
    const user = api.as(bearer(secretOf(environment, "SONAR_TOKEN")))
    await assertToken(user)
    const edition = await editionOf(user)
    assertBranches(user, edition, request)
    return { ...found, edition, qualityGate: await assertProject(user, request) }
  }
  // Its first answers are slow, and one that comes too late has changed the password all the same.
  const patient = new SonarApi({ server: request.server, timeoutMs: firstAnswersMs })
  const token = await setUp(patient, secretOf(environment, "SIGNALBOX_PASSWORD"), request)
  const sealedToken = seal(token, secretOf(environment, "SIGNALBOX_SEAL"))
  return { ...found, edition: await editionOf(api.as(bearer(token))), qualityGate: ownGate, sealedToken }
}

function secretOf(environment: Environment, name: string): string {
  const value = environment[name]?.trim()
  if (value !== undefined && value !== "") return value
  throw new SignalboxError("SECRET_MISSING", {
    what: "the token of the SonarQube server is empty",
    where: "--sonar-token",
    next: "give a token of this server: --sonar-token env://NAME",
  })
}

/** No message of the server's may repeat what it was sent. */
function hidden(environment: Environment): (text: string) => string {
  const secrets = ["SONAR_TOKEN", "SIGNALBOX_PASSWORD", "SIGNALBOX_SEAL"].flatMap((name) => {
    const value = environment[name]?.trim() ?? ""
    return value === "" ? [] : [value]
  })
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "(secret)"), text)
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) {
  const argv = process.argv.slice(2)
  try {
    await main(argv, process.env)
  } catch (thrown) {
    process.exitCode = endWith(asSignalboxError(thrown), outOf(argv), hidden(process.env))
  }
}
