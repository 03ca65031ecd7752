/** The settings of yarn: those of a project without credentials, and the build secret `npmrc` in the form of yarn 2 and later. */
import { parse, stringify } from "yaml"
import { unreadableLock } from "./managers/errors.ts"

/** Keys that carry a credential or lead to a program of the tree in place of yarn itself. */
const leftOut =
  /^(?:npmAuth(?:Token|Ident)|npmAlwaysAuth|yarnPath|.*(?:password|secret|certFilePath|keyFilePath))$/i

/** A project's `.yarnrc.yml` without credentials, values with a variable, and addresses with a user. @throws CONFIG_INVALID */
export async function berrySettings(text: string, file: string): Promise<string> {
  if (text.trim() === "") return ""
  let settings: unknown
  try {
    settings = parse(text, { maxAliasCount: 0 })
  } catch (cause) {
    throw unreadableLock(file, cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause))
  }
  const kept = withoutCredentials(settings)
  return kept === undefined ? "" : stringify(kept)
}

function withoutCredentials(value: unknown): unknown {
  if (typeof value === "string") return /\$\{|:\/\/[^/\s]*@/.test(value) ? undefined : value
  if (Array.isArray(value)) return value.map(withoutCredentials).filter((one) => one !== undefined)
  if (typeof value !== "object" || value === null) return value
  const kept = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    const rest = leftOut.test(key) ? undefined : withoutCredentials(one)
    return rest === undefined ? [] : [[key, rest]]
  })
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

interface RegistrySettings {
  npmRegistryServer?: string
  npmAuthToken?: string
  npmAuthIdent?: string
  npmAlwaysAuth?: boolean
}

/** npm's user configuration, which yarn does not read, as the settings that it reads: registries, of scopes, too, and logins. */
export function berryUserConfig(npmrc: string): string {
  const own: RegistrySettings = {}
  const npmScopes: Record<string, RegistrySettings> = {}
  const npmRegistries: Record<string, RegistrySettings> = {}
  for (const line of npmrc.split(/\r?\n/)) {
    const [, key = "", quoted = ""] = /^\s*([^;#\s=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    const value = quoted.replace(/^(["'])(.*)\1$/, "$2")
    const [, scope] = /^@([^:]+):registry$/.exec(key) ?? []
    const [, address, login] = /^(\/\/.+?)\/?:(_authToken|_auth)$/.exec(key) ?? []
    if (key === "registry") own.npmRegistryServer = value
    else if (scope !== undefined) npmScopes[scope] = { npmRegistryServer: value }
    else if (address !== undefined)
      npmRegistries[address] = {
        npmAlwaysAuth: true,
        ...(login === "_auth" ? { npmAuthIdent: value } : { npmAuthToken: value }),
      }
  }
  // JSON is YAML.
  return `${JSON.stringify({ ...own, npmScopes, npmRegistries })}\n`
}

/** Credentials, programs of the tree in place of yarn itself, and directories that are other ones here. */
const classicLeftOut =
  /(?:^|:)(?:_.*|username|email|password|yarn-path|cache-folder|yarn-offline-mirror|modules-folder|lastUpdateCheck)$/i

/** A line of a `.yarnrc`: a word and its value, each in quotes or not. Null: it is none. */
function classicLine(line: string): { readonly key: string; readonly value: string } | null {
  const [, quoted, plain, value = ""] = /^\s*(?:"([^"]+)"|([^"#\s]+))\s+"?([^"]*?)"?\s*$/.exec(line) ?? []
  const key = quoted ?? plain
  return key === undefined ? null : { key, value }
}

/** The lines of a `.yarnrc`, the settings of yarn 1, without credentials, values with a variable, and addresses with a user. */
export function classicSettings(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => {
    const found = classicLine(line)
    return found !== null && !classicLeftOut.test(found.key) && !/\$\{|:\/\/[^/\s]*@/.test(found.value)
  })
  return lines.map((line) => `${line.trim()}\n`).join("")
}

/** The value of a setting in a `.yarnrc`. Undefined: it has none. */
export function settingIn(text: string, name: string): string | undefined {
  return text
    .split("\n")
    .map(classicLine)
    .findLast((one) => one?.key === name)?.value
}
