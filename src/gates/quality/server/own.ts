import { createCipheriv, randomBytes } from "node:crypto"
import type { QualityRequest } from "../answers.ts"
import { basic, bearer, type SonarApi } from "./api.ts"
import { gateConditions, newToken } from "./shapes.ts"

/** Name of the quality gate that the call makes. */
export const ownGate = "Signalbox"

/**
 * Sets up a server that was started for this call: a password of its own, the project, its quality gate and a token.
 * @param password of its administrator from now on
 * @returns the token
 */
export async function setUp(
  anonymous: SonarApi,
  password: string,
  { project, conditions }: Pick<QualityRequest, "project" | "conditions">,
): Promise<string> {
  const first = "admin"
  await anonymous
    .as(basic(first, first))
    .post("api/users/change_password", { login: first, previousPassword: first, password })
  // Each password is derived again for each request that gives it, on purpose slowly: all but two give the token.
  const { token } = await anonymous
    .as(basic(first, password))
    .postFor("api/user_tokens/generate", { name: ownGate, type: "USER_TOKEN" }, newToken)
  const api = anonymous.as(bearer(token))
  await api.post("api/projects/create", { project, name: project, visibility: "private" })
  await makeGate(api, conditions ?? [])
  await api.post("api/qualitygates/select", { gateName: ownGate, projectKey: project })
  return token
}

/** A new quality gate has conditions on new code: to this server no code is new, so that they would always hold. */
async function makeGate(api: SonarApi, conditions: NonNullable<QualityRequest["conditions"]>): Promise<void> {
  await api.post("api/qualitygates/create", { name: ownGate })
  const made = await api.get("api/qualitygates/show", { name: ownGate }, gateConditions)
  for (const { id } of made.conditions) await api.post("api/qualitygates/delete_condition", { id })
  for (const { metric, moreThan, lessThan } of conditions)
    await api.post("api/qualitygates/create_condition", {
      ...{ gateName: ownGate, metric },
      ...(moreThan === undefined
        ? { op: "LT", error: String(lessThan) }
        : { op: "GT", error: String(moreThan) }),
    })
}

/** Seals a text for whoever has the key: an answer lies in a layer of the engine. @param key 64 hex digits */
export function seal(text: string, key: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "hex"), iv)
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64")
}
