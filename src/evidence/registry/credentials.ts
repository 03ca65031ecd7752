import { readFile } from "node:fs/promises"
import type { RegistryOptions } from "./transport.ts"

/**
 * The credentials of a program's caller: a user, and the file that holds the password or token, a mounted secret. Empty
 * where either is left out: the registry is read anonymously.
 */
export async function readCredentials(
  username: string | undefined,
  passwordFile: string | undefined,
): Promise<Pick<RegistryOptions, "credentials">> {
  const password = passwordFile === undefined ? undefined : (await readFile(passwordFile, "utf8")).trim()
  return username === undefined || password === undefined ? {} : { credentials: { username, password } }
}
