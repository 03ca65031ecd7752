import { userConfig } from "../npmrc.ts"
import { berrySettings, berryUserConfig } from "../yarnrc.ts"
import { unreadableLock } from "./errors.ts"
import type { PackageManager } from "./manager.ts"
import { readYarnLock, yarnLockVersion } from "./yarn-lock.ts"

/** The newest version that leaves a lock file of a form as it is, by that form. */
const versionByForm: Readonly<Record<string, string>> = {
  "4": "2.4.2",
  "5": "3.1.1",
  "6": "3.8.7",
  "8": "4.13.0",
  "9": "4.14.1",
  "10": "4.18.1",
}

const folder = "/root/.yarn/berry"
const install = ["yarn", "install", "--immutable"]
const settingsFile = ".yarnrc.yml"

/** yarn 2 and later. Its packages are installed into `node_modules` everywhere: scanners see none in the archives of Plug'n'Play. */
export const yarnBerry: PackageManager = {
  name: "yarn",
  title: "yarn",
  lockFile: "yarn.lock",
  distribution: (version) => ({ package: `@yarnpkg/cli-dist@${version}`, bin: "bin/yarn.js", hashOf: "bin" }),
  versionFor(lock, file) {
    const form = yarnLockVersion(lock)
    const version = form === undefined ? undefined : versionByForm[form]
    if (version !== undefined) return version
    throw unreadableLock(
      file,
      `the version of its form is ${form ?? "not there"}, and not ${Object.keys(versionByForm).join(", ")}`,
    )
  },
  installFiles: [".yarn/patches", ".yarn/plugins"],
  settings: async (read) => {
    const settings = await berrySettings((await read(settingsFile)) ?? "", settingsFile)
    return settings === "" ? {} : { [settingsFile]: settings }
  },
  ignoresScripts: (settings) => /^enableScripts: false$/m.test(settings[settingsFile] ?? ""),
  downloads: folder,
  environment: {
    YARN_GLOBAL_FOLDER: folder,
    YARN_ENABLE_GLOBAL_CACHE: "true",
    YARN_ENABLE_TELEMETRY: "false",
    YARN_ENABLE_INLINE_BUILDS: "true",
    YARN_ENABLE_PROGRESS_BARS: "false",
    YARN_NODE_LINKER: "node-modules",
    // Another copy of it in the tree is not started: the version is that of the registry.
    YARN_IGNORE_PATH: "true",
  },
  registry: {
    named: (settings) => /^npmRegistryServer: *["']?([^\s"'#]+)/m.exec(settings[settingsFile] ?? "")?.[1],
    environment: (registry) => ({ YARN_NPM_REGISTRY_SERVER: registry }),
  },
  install,
  production: {
    manifests: "needed",
    // What the other members need is taken out of the lock file; what is left of it stays as it is.
    command: () => ["yarn", "install", "--no-immutable"],
    // Where packages lie depends on all that are installed: what is left of them may lie elsewhere.
    prune: null,
  },
  // It checks nothing without installing; the checks of the component have the same installation.
  check: install,
  run: (script, args = []) => ["yarn", "run", script, ...args],
  exec: (program, args, ofRoot) => [
    "yarn",
    "run",
    ...(ofRoot === true ? ["--top-level"] : []),
    program,
    ...args,
  ],
  runAlone: (script) => ["yarn", "run", script],
  runsPrepare: false,
  userConfig: { id: userConfig.id, file: "/root/.yarnrc.yml", form: berryUserConfig },
  readLock: readYarnLock,
  reasonIn: (lines) => {
    const isOwn = lines.some((line) => /YN\d{4}:/.test(line))
    const errors = lines.filter(
      (line) => /YN\d{4}:/.test(line) && !/YN0000:|YN0013:|YN0085:|YN0002:|YN0060:|YN0086:/.test(line),
    )
    return isOwn && errors.length > 0 ? errors : null
  },
}
