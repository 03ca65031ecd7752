import { ignoresScripts, npmSettings, registryIn, userConfig } from "../npmrc.ts"
import { unreadableLock } from "./errors.ts"
import type { InstallPlan, PackageManager } from "./manager.ts"
import { pnpmLockVersion, readPnpmLock } from "./pnpm-lock.ts"

/** The newest version that leaves a lock file of a form as it is, by that form. */
const versionByForm: Readonly<Record<string, string>> = {
  "5.3": "7.33.7",
  "5.4": "7.33.7",
  "6.0": "8.15.9",
  "6.1": "8.15.9",
  "9.0": "10.34.9",
}

const workspaceFile = "pnpm-workspace.yaml"
const store = "/root/.pnpm-store"
const install = ["pnpm", "install", "--frozen-lockfile", `--store-dir=${store}`]

/** pnpm: packages lie once in `node_modules/.pnpm`, and links lead to them. */
export const pnpm: PackageManager = {
  name: "pnpm",
  title: "pnpm",
  lockFile: "pnpm-lock.yaml",
  distribution: (version) => ({
    package: `pnpm@${version}`,
    bin: Number.parseInt(version, 10) < 11 ? "bin/pnpm.cjs" : "bin/pnpm.mjs",
    hashOf: "package",
  }),
  versionFor(lock, file) {
    const form = pnpmLockVersion(lock)
    const version = form === undefined ? undefined : versionByForm[form]
    if (version !== undefined) return version
    throw unreadableLock(
      file,
      `its lockfileVersion is ${form ?? "not there"}, and not ${Object.keys(versionByForm).join(", ")}`,
    )
  },
  installFiles: ["patches", ".pnpmfile.cjs", ".pnpmfile.mjs"],
  settings: async (read) => {
    const settings = npmSettings((await read(".npmrc")) ?? "")
    const workspace = await read(workspaceFile)
    return {
      ...(settings === "" ? {} : { ".npmrc": settings }),
      ...(workspace === undefined ? {} : { [workspaceFile]: workspace }),
    }
  },
  ignoresScripts: (settings) =>
    ignoresScripts(settings[".npmrc"] ?? "") ||
    /^ignoreScripts: *true\b/m.test(settings[workspaceFile] ?? ""),
  downloads: store,
  // Without the first, pnpm asks before it removes packages; without the second, since version 12, it wants itself in the lock file.
  environment: { CI: "true", PNPM_CONFIG_PM_ON_FAIL: "ignore" },
  registry: {
    named: (settings) =>
      /^registry: *["']?([^\s"'#]+)/m.exec(settings[workspaceFile] ?? "")?.[1] ??
      registryIn(settings[".npmrc"] ?? ""),
    // By the second one since version 11.
    environment: (registry) => ({ NPM_CONFIG_REGISTRY: registry, PNPM_CONFIG_REGISTRY: registry }),
  },
  install,
  production: {
    manifests: "all",
    command: (plan) => [...install, "--prod", ...forMembers(plan)],
    // What no member needs any more stays in the store beside the packages.
    prune: (plan) => ({
      command: [...install, "--prod", "--offline", "--ignore-scripts", ...forMembers(plan)],
      leavings: [
        "node_modules/.pnpm/*",
        "node_modules/.pnpm/node_modules/*",
        "node_modules/.pnpm/node_modules/@*/*",
      ],
    }),
  },
  check: null,
  run: (script, args = []) => ["pnpm", "run", "--silent", script, ...args],
  exec: (program, args) => ["pnpm", "exec", program, ...args],
  runAlone: (script) => ["pnpm", "--config.enable-pre-post-scripts=false", "run", "--silent", script],
  runsPrepare: true,
  userConfig,
  readLock: readPnpmLock,
  reasonIn: (lines) => {
    const start = lines.findIndex((line) => /^\s*(?:\[?ERR_PNPM_|ERROR|.*ERR_PNPM_)/.test(line))
    return start < 0 ? null : lines.slice(start).filter((line) => line.trim() !== "")
  },
}

function forMembers({ isWorkspace, members }: InstallPlan): readonly string[] {
  return isWorkspace ? members.map(({ name, path }) => `--filter=${name ?? `{${path}}`}`) : []
}
