import { dag, type Secret } from "@dagger.io/dagger"
import { nearest, SignalboxError } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import { instructions } from "./instructions.ts"
import type { DockerfileComponent } from "./schema.ts"

type Request = ComponentRequest<DockerfileComponent>

/** Ids of the secrets that a Dockerfile mounts: `RUN --mount=type=secret,id=NAME`. Default id: its file's name. */
export function mountedSecrets(dockerfile: string): readonly string[] {
  const found = instructions(dockerfile).flatMap(({ text }) =>
    [...text.matchAll(/--mount=(\S+)/g)].flatMap(([, options = ""]) => {
      const option = new Map(options.split(",").map((one) => split(one)))
      if (option.get("type") !== "secret") return []
      const target = option.get("target") ?? option.get("dst") ?? option.get("destination")
      const id = option.get("id") ?? target?.split("/").at(-1)
      return id === undefined ? [] : [id]
    }),
  )
  return [...new Set(found)]
}

/** Accepts the forms `"id=name"` and `id="name"` as well. */
function split(option: string): [key: string, value: string] {
  const [key = "", ...rest] = option.replaceAll('"', "").split("=")
  return [key, rest.join("=")]
}

/** @throws CONFIG_INVALID where signalbox.yaml names a secret that the Dockerfile does not mount; SECRET_MISSING */
export function assertSecrets({ name, component, secrets }: Request, dockerfile: string): void {
  const mounted = mountedSecrets(dockerfile)
  const file = `${component.path}/${component.dockerfile}`
  for (const secret of component.secrets) {
    if (!mounted.includes(secret)) throw notMounted(name, secret, file, mounted)
    if (!secrets?.has(secret)) throw missing(name, secret, "it was not given before the call")
  }
}

/**
 * The secrets as the build mounts them: the engine identifies them by name alone, so that no value is part of a cache
 * key.
 * @throws SECRET_MISSING
 */
export async function secretsOf({ name, component, secrets }: Request): Promise<Secret[]> {
  return Promise.all(
    component.secrets.map(async (id) => {
      const given = secrets?.get(id)
      if (given === undefined) throw missing(name, id, "it was not given before the call")
      const value = await given.plaintext()
      // CI servers pass a variable without a value as an empty one.
      if (value === "") throw missing(name, id, "it is empty")
      return dag.setSecret(id, value)
    }),
  )
}

function missing(component: string, secret: string, why: string): SignalboxError {
  const variable = secret.toUpperCase().replaceAll(/\W/g, "_")
  return new SignalboxError("SECRET_MISSING", {
    what: `${component} cannot be built without the secret ${secret}`,
    where: `signalbox.yaml: components.${component}.secrets`,
    why: `${why}; the code of a fork is built without any`,
    next: `give it before the call: dagger call with-build-secret --name ${secret} --value env://${variable} FUNCTION …`,
  })
}

function notMounted(
  component: string,
  secret: string,
  file: string,
  mounted: readonly string[],
): SignalboxError {
  const meant = nearest(secret, mounted)
  return new SignalboxError("CONFIG_INVALID", {
    what: `${file} mounts no secret ${secret}`,
    where: `signalbox.yaml: components.${component}.secrets`,
    why: mounted.length === 0 ? "it mounts none" : `it mounts ${mounted.join(", ")}`,
    next:
      meant === undefined
        ? `mount it where it is needed: RUN --mount=type=secret,id=${secret} …`
        : `did you mean ${JSON.stringify(meant)}?`,
  })
}
