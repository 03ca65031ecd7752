import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import type { Word } from "./command.ts"

export const registry: readonly Word[] = ["--registry-token", "env://REGISTRY_TOKEN"]

const sonarToken: readonly Word[] = ["--sonar-token", "env://SONAR_TOKEN"]

/** The token of the server that a gate's settings name: an argument of the module. */
export function serverTokenFor({ gates }: SignalboxConfig): readonly Word[] {
  return gates.quality?.server === undefined ? [] : sonarToken
}

/** Variables of ours: a build that mounts one of them would get the key, the token or the cluster of a release. */
const ours = /^(?:KUBECONFIG_.*|REGISTRY_TOKEN|SONAR_TOKEN|SIGNING_KEY(?:_PASSWORD)?|RELEASE_.*)$/

/**
 * Arguments of a call that builds: `with-build-secret` for every secret, read from NPM_TOKEN for npm_token.
 * @throws USAGE for a secret that would be read from a variable of ours, or from that of another one
 */
export function buildSecretArguments({ components }: SignalboxConfig): readonly Word[] {
  const names = Object.values(components).flatMap((component) =>
    "secrets" in component ? component.secrets : [],
  )
  const variables = new Map<string, string>()
  for (const name of new Set(names)) {
    const variable = name.toUpperCase().replaceAll(/\W/g, "_")
    if (ours.test(variable)) throw unusable(name, `${variable} is a variable that Signalbox itself is given`)
    const other = variables.get(variable)
    if (other !== undefined) throw unusable(name, `${variable} is also that of ${other}`)
    variables.set(variable, name)
  }
  return [...variables].flatMap(([variable, name]) => [
    ...["with-build-secret", "--name", name],
    ...["--value", `env://${variable}`],
  ])
}

function unusable(name: string, why: string): SignalboxError {
  return new SignalboxError("USAGE", {
    what: `the CI files cannot give a build the secret ${name}`,
    where: "signalbox.yaml: secrets of a component",
    why,
    next: "give it another name",
  })
}

/** The registry token where a component's image or the shared policy is in the project's own registry, which may be private. */
export function registryTokenFor({
  components,
  extends: policy,
  registry: projectRegistry,
}: SignalboxConfig): readonly Word[] {
  const host = projectRegistry?.split("/")[0]
  const images = Object.values(components).flatMap((one) => ("image" in one ? [one.image] : []))
  const isIn = (one: string | undefined) => host !== undefined && one?.startsWith(`${host}/`) === true
  return [...images, policy].some(isIn) ? registry : []
}

/** Where the policy lists keys, a protected environment takes only what one of them has signed. */
export function signingArguments({ signingKeys }: SignalboxConfig): readonly Word[] {
  if (signingKeys.length === 0) return []
  return ["--signing-key", "env://SIGNING_KEY", "--signing-key-password", "env://SIGNING_KEY_PASSWORD"]
}

export function access({ name, promotesFrom }: EnvironmentConfig): readonly Word[] {
  const from = promotesFrom === null ? [] : ["--from-kubeconfig", secretOf(promotesFrom)]
  return ["--kubeconfig", secretOf(name), ...from]
}

/** Name of the secret that holds an environment's kubeconfig: KUBECONFIG_STAGING. */
export function secretOf(environment: string): string {
  return `env://KUBECONFIG_${environment.toUpperCase().replaceAll("-", "_")}`
}
