import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import type { Word } from "./command.ts"

export const registry: readonly Word[] = ["--registry-token", "env://REGISTRY_TOKEN"]

/** Arguments of a call that builds: `with-build-secret` for every secret, read from NPM_TOKEN for npm_token. */
export function buildSecretArguments({ components }: SignalboxConfig): readonly Word[] {
  const names = Object.values(components).flatMap((component) =>
    "secrets" in component ? component.secrets : [],
  )
  return [...new Set(names)].flatMap((name) => [
    ...["with-build-secret", "--name", name],
    ...["--value", `env://${name.toUpperCase().replaceAll(/\W/g, "_")}`],
  ])
}

/** The registry token where a component's image or the shared policy is in the project's own registry, which may be private. */
export function registryTokenFor({
  components,
  extends: policy,
  registry: projectRegistry,
}: SignalboxConfig): readonly Word[] {
  const host = projectRegistry.split("/")[0]
  const images = Object.values(components).flatMap((one) => ("image" in one ? [one.image] : []))
  return [...images, policy].some((one) => one?.startsWith(`${host}/`)) ? registry : []
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
