import { ignoresScripts, npmSettings, userConfig } from "../npmrc.ts"
import type { InstallPlan, PackageManager, Pruning } from "./manager.ts"
import { readNpmLock } from "./npm-lock.ts"

const quiet = ["--no-audit", "--no-fund", "--no-update-notifier"]

/** npm, which the toolbox's image of Node has; another version where the project names one. */
export const npm: PackageManager = {
  name: "npm",
  title: "npm",
  lockFile: "package-lock.json",
  distribution: (version) => ({ package: `npm@${version}`, bin: "bin/npm-cli.js", hashOf: "package" }),
  // Every version since 5 reads every form of it.
  versionFor: () => null,
  installFiles: [],
  settings: async (read) => {
    const settings = npmSettings((await read(".npmrc")) ?? "")
    return settings === "" ? {} : { ".npmrc": settings }
  },
  ignoresScripts: (settings) => ignoresScripts(settings[".npmrc"] ?? ""),
  downloads: "/root/.npm",
  environment: {},
  install: ["npm", "ci", ...quiet],
  production: {
    manifests: "all",
    command: (plan) => ["npm", "ci", "--omit=dev", ...forMembers(plan), ...quiet],
    prune,
  },
  check: null,
  run: (script, args = []) => [
    "npm",
    "run",
    "--silent",
    script,
    ...(args.length === 0 ? [] : ["--", ...args]),
  ],
  // It looks in all directories above, where a workspace has the packages of its members.
  exec: (program, args) => ["npx", "--no-install", program, ...args],
  runAlone: (script) => ["npm", "run", "--silent", "--ignore-scripts", script],
  runsPrepare: true,
  userConfig,
  readLock: async (text, file) => readNpmLock(text, file),
  reasonIn: npmReason,
}

function forMembers({ isWorkspace, members }: InstallPlan): readonly string[] {
  if (!isWorkspace) return []
  const paths = members.map(({ path }) => path).filter((path) => path !== ".")
  return paths.length === 0
    ? ["--workspaces=false"]
    : ["--include-workspace-root", ...paths.map((path) => `--workspace=${path}`)]
}

/** Of a workspace, npm would keep what other members need. Its lock file says where every package lies, in every installation. */
function prune({ isWorkspace, members }: InstallPlan): Pruning {
  if (!isWorkspace)
    return {
      command: ["npm", "prune", "--omit=dev", "--ignore-scripts", "--offline", ...quiet],
      leavings: [],
    }
  const places = members.map(({ path }) => (path === "." ? "" : `${path}/`))
  return {
    command: null,
    leavings: places.flatMap((place) => [`${place}node_modules/*`, `${place}node_modules/@*/*`]),
  }
}

/** The first line of npm's help, which npm prints after an error and which hides it. */
const usage = /^npm error (Clean install a project|Usage:)$/

/** npm's error lines of a failed `npm ci`, without the help after them. Null: npm printed no help. */
export function npmReason(lines: readonly string[]): readonly string[] | null {
  const end = lines.findIndex((line) => usage.test(line))
  return end < 0 ? null : lines.slice(0, end).filter((line) => /^npm error +\S/.test(line))
}
