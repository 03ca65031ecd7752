import { ignoresScripts, npmSettings, registryIn, userConfig } from "../npmrc.ts"
import { classicSettings, settingIn } from "../yarnrc.ts"
import type { PackageManager } from "./manager.ts"
import { atRegistry } from "./yarn-addresses.ts"
import { readYarnLock, yarnLockVersion } from "./yarn-lock.ts"

const downloads = "/root/.cache/yarn"
const install = ["yarn", "install", "--frozen-lockfile", "--non-interactive", "--no-progress"]

/** The last version of yarn 1. */
const last = "1.22.22"

/** yarn 1: one flat `node_modules` for a whole workspace. */
export const yarnClassic: PackageManager = {
  name: "yarn",
  title: "yarn 1",
  lockFile: "yarn.lock",
  distribution: (version) => ({ package: `yarn@${version}`, bin: "bin/yarn.js", hashOf: "package" }),
  versionFor: () => last,
  installFiles: ["patches"],
  settings: async (read) => {
    const all = {
      ".npmrc": npmSettings((await read(".npmrc")) ?? ""),
      ".yarnrc": classicSettings((await read(".yarnrc")) ?? ""),
    }
    return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ""))
  },
  ignoresScripts: (settings) =>
    ignoresScripts(settings[".npmrc"] ?? "") ||
    settingIn(settings[".yarnrc"] ?? "", "ignore-scripts") === "true",
  downloads,
  environment: { YARN_CACHE_FOLDER: downloads },
  registry: {
    named: (settings) =>
      settingIn(settings[".yarnrc"] ?? "", "registry") ?? registryIn(settings[".npmrc"] ?? ""),
    environment: (registry) => ({ YARN_REGISTRY: registry }),
  },
  install,
  production: {
    // It would install the packages of all members of a workspace.
    manifests: "needed",
    command: () => [...install, "--production"],
    // It copies anew what differs from its cache: patches would be gone without a word.
    prune: null,
  },
  check: null,
  run: (script, args = []) => ["yarn", "run", "--silent", script, ...args],
  // It knows no programs of the workspace's root in a member; npx looks in all directories above.
  exec: (program, args, ofRoot) =>
    ofRoot === true
      ? ["npx", "--no-install", program, ...args]
      : ["yarn", "run", "--silent", program, ...args],
  runAlone: (script) => ["npm", "run", "--silent", "--ignore-scripts", script],
  runsPrepare: true,
  userConfig: { id: userConfig.id, file: "/root/.npmrc" },
  lockAt: atRegistry,
  readLock: readYarnLock,
  reasonIn: (lines) => {
    const start = lines.findIndex((line) => /^error (?!TS\d|Command failed with exit code)/.test(line))
    return start < 0
      ? null
      : lines.slice(start).filter((line) => line.trim() !== "" && !/^info Visit /.test(line))
  },
}

/** Whether a lock file is that of yarn 1. */
export function isClassic(lock: string): boolean {
  return yarnLockVersion(lock) === "1"
}
