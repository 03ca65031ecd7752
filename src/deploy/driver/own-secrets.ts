import { SignalboxError } from "../../domain/index.ts"
import { hidePacked, learnSecrets } from "../diagnosis/index.ts"
import type { DriverSession } from "./session.ts"

/**
 * What the application is given by Secrets it may print, answer or throw: learnt before any of its words are stored.
 * @returns false where the namespace's Secrets cannot be read: a long text of the application may hold them.
 */
export async function learnNamespaceSecrets({ api, input, secrets }: DriverSession): Promise<boolean> {
  try {
    return await learnSecrets(api, input.request.environment.namespace, secrets)
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.code !== "CLUSTER_REFUSED") throw error
    return false
  }
}

/** A program's or the application's words without the secrets that are known, plain, in base64 or compressed. */
export function hideAll({ secrets }: DriverSession, text: string): string {
  return hidePacked(text, secrets)
}
