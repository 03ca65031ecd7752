import { createDecipheriv, randomBytes } from "node:crypto"
import { type Container, dag, type Secret } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { type ToolboxFile, toolContainer } from "../../toolbox/index.ts"
import type { World } from "../gate.ts"

/** A server, and how a container reaches it. */
export interface Server {
  readonly address: string
  readonly isOwn: boolean
  /** Absent: it is made when the server is up. */
  readonly token: Secret | undefined
  /** Seals the token on its way out of the program that makes it. */
  readonly key?: string
  /** A container from which the server can be reached. */
  bound(container: Container): Container
  /** The same with what the program needs that asks first. */
  withSecrets(container: Container): Container
}

/** @throws SECRET_MISSING without a token, POLICY_REFUSED for a server that the policy in force does not name */
export async function givenServer(address: string, world: World): Promise<Server> {
  const token = await world.secretFor(address)
  if (token === undefined)
    throw new SignalboxError("SECRET_MISSING", {
      what: "the SonarQube server needs a token, and the call gives none",
      where: address,
      next: "give one: --sonar-token env://NAME",
    })
  const bound = (container: Container) => container
  return {
    ...{ address, isOwn: false, token, bound },
    withSecrets: (container) => container.withSecretVariable("SONAR_TOKEN", token),
  }
}

const alias = "sonarqube"
const port = 9000

/**
 * A SonarQube for this call, of the toolbox's image. It starts while other gates run, keeps everything in itself, and ends with
 * the call. Its administrator's password is of this call alone.
 */
export async function startOwn(toolbox: ToolboxFile, world: World): Promise<Server> {
  const service = toolContainer(toolbox, "sonarqube")
    // Elasticsearch wants a limit of the host raised for memory maps: it goes without.
    .withEnvVariable(
      "SONAR_SEARCH_JAVAADDITIONALOPTS",
      "-Dnode.store.allow_mmap=false -Ddiscovery.type=single-node",
    )
    .withEnvVariable("SONAR_TELEMETRY_ENABLE", "false")
    .withEnvVariable("SONAR_UPDATECENTER_ACTIVATE", "false")
    .withEnvVariable("SIGNALBOX_CALL", world.call)
    .withExposedPort(port)
    .asService({ useEntrypoint: true })
  const started = await service.start()
  world.addCleanup(async () => {
    await started.stop({ kill: true })
  })
  // At least one of each kind that SonarQube asks for.
  const password = dag.setSecret(`sonarqube-password-${world.call}`, `Aa1!${randomBytes(24).toString("hex")}`)
  const key = randomBytes(32).toString("hex")
  const seal = dag.setSecret(`sonarqube-seal-${world.call}`, key)
  const bound = (container: Container) => container.withServiceBinding(alias, started)
  return {
    ...{ address: `http://${alias}:${port}`, isOwn: true, token: undefined, key, bound },
    withSecrets: (container) =>
      bound(container)
        .withSecretVariable("SIGNALBOX_PASSWORD", password)
        .withSecretVariable("SIGNALBOX_SEAL", seal),
  }
}

/** The token of a server of the call's own, which its program has answered sealed. */
export function unsealed(sealed: string, { key = "" }: Server, { call }: World): Secret {
  return dag.setSecret(`sonarqube-token-${call}`, openSealed(sealed, key))
}

/** What `seal` of the program sealed. @throws where key or text are others */
export function openSealed(sealed: string, key: string): string {
  const bytes = Buffer.from(sealed, "base64")
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "hex"), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8")
}
