import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import type { Word } from "./command.ts"

export const registry: readonly Word[] = ["--registry-token", "env://REGISTRY_TOKEN"]

/** What is given before a call that builds: NPM_TOKEN for the secret npm_token. */
export function secretsFor({ components }: SignalboxConfig): readonly Word[] {
  const names = Object.values(components).flatMap((one) => ("secrets" in one ? one.secrets : []))
  return [...new Set(names)].flatMap((name) => [
    ...["with-build-secret", "--name", name],
    ...["--value", `env://${name.toUpperCase().replaceAll(/\W/g, "_")}`],
  ])
}

/** Who looks at an image that lies in the project's own registry has to be somebody there. */
export function signedIn({ components, registry: own }: SignalboxConfig): readonly Word[] {
  const host = own.split("/")[0]
  const isThere = Object.values(components).some((one) => "image" in one && one.image.startsWith(`${host}/`))
  return isThere ? registry : []
}

export function access({ name, promotesFrom }: EnvironmentConfig): readonly Word[] {
  const from = promotesFrom === null ? [] : ["--from-kubeconfig", secretOf(promotesFrom)]
  return ["--kubeconfig", secretOf(name), ...from]
}

/** Name of the secret that holds an environment's kubeconfig: KUBECONFIG_STAGING. */
export function secretOf(environment: string): string {
  return `env://KUBECONFIG_${environment.toUpperCase().replaceAll("-", "_")}`
}
