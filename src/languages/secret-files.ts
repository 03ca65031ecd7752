import { type Container, dag, type Secret } from "@dagger.io/dagger"

/** A build secret that a package manager reads as a file. */
export interface SecretFile {
  /** As `secrets` of the component and the call name it. */
  readonly id: string
  readonly file: string
  /** The variable that tells the package manager where the file is. Absent: it looks there by itself. */
  readonly variable?: string
  /** The text as the package manager reads it. Absent: as it is given. */
  form?(text: string): string
}

/**
 * Installs with those build secrets that are given, as files in memory: their values are in no layer and no cache key, and
 * nothing of them is left behind.
 */
export async function withSecretFiles(
  secrets: ReadonlyMap<string, Secret> | undefined,
  files: readonly SecretFile[],
  container: Container,
  install: (container: Container) => Container,
): Promise<Container> {
  const given = files.flatMap((one) => {
    const secret = secrets?.get(one.id)
    return secret === undefined ? [] : [{ ...one, secret }]
  })
  let configured = container
  for (const { id, file, variable, form, secret } of given) {
    // By name alone: the engine would take a file or variable for another secret whenever its value changes.
    const text = await secret.plaintext()
    const named = dag.setSecret(id, form?.(text) ?? text)
    configured = configured.withMountedSecret(file, named)
    if (variable !== undefined) configured = configured.withEnvVariable(variable, file)
  }
  return given.reduce((one, { file, variable }) => {
    const unmounted = one.withoutMount(file)
    return variable === undefined ? unmounted : unmounted.withoutEnvVariable(variable)
  }, install(configured))
}
