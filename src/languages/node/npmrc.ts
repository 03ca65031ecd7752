/** The settings of a project's `.npmrc` that count for an installation: all but credentials, which would stay in a layer. */
import type { SecretFile } from "../secret-files.ts"

/** The build secret that is npm's user configuration: tokens of private registries. */
export const userConfig = {
  id: "npmrc",
  file: "/run/signalbox/npmrc",
  variable: "NPM_CONFIG_USERCONFIG",
} as const satisfies SecretFile

/** Keys of npm that carry a credential, or the place of one; with a registry in front, such as `//host/:_authToken`. */
const credential =
  /(?:^|:)(?:_.*|username|email|password|(?:auth-?)?token|authToken|certfile|keyfile|cert|key|otp)$/i

/**
 * The lines of an `.npmrc` that are settings. Left out are credentials, values with a variable (`${NPM_TOKEN}`) or with a
 * user in their address, and comments: a token that was commented out is still one.
 */
export function npmSettings(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => {
    const [, key = "", value = ""] = /^\s*([^=;#\s][^=]*?)\s*(?:=\s*(.*))?$/.exec(line) ?? []
    // npm takes the quotes of a key away.
    const name = key.replace(/^(["'])(.*)\1$/, "$2")
    return key !== "" && !credential.test(name) && !/\$\{|:\/\/[^/\s]*@/.test(value)
  })
  return lines.map((line) => `${line.trim()}\n`).join("")
}

/** Whether an `.npmrc` switches scripts off; npm takes the last line. */
export function ignoresScripts(settings: string): boolean {
  const last = [...settings.matchAll(/^\s*ignore-scripts\s*(?:=\s*"?(\w+)"?)?\s*$/gm)].at(-1)
  return last !== undefined && (last[1] ?? "true") === "true"
}

/** The registry that an `.npmrc` names for packages of no scope of their own. Undefined: none. */
export function registryIn(text: string): string | undefined {
  return [...text.matchAll(/^[^\S\n]*registry[^\S\n]*=[^\S\n]*["']?([^\s"']+)/gm)].at(-1)?.[1]
}
