import { realpath, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { SignalboxError } from "../../domain/index.ts"

/**
 * The user that runs programs of the tree under test. No other account has this number; 65534 or 1000 may own files.
 * This is the one place that knows it.
 */
export const testsUser = { uid: 64_999, gid: 64_999 } as const

/**
 * A command line after which nothing gives back what the change of the user takes: no set-user-ID program, and no file
 * with capabilities. The change itself, which leaves neither capabilities nor groups, takes place as the program is
 * started.
 */
export function asTestsUser(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  // Debian's setpriv and Alpine's both know this option.
  return ["setpriv", ["--no-new-privs", "--", command, ...args]]
}

/** Why a program could not be started as the tests' user; undefined where that is not the reason. */
export function whyNotTestsUser(cause: unknown): string | undefined {
  switch (cause instanceof Error && "code" in cause ? cause.code : undefined) {
    case "EPERM":
    case "EINVAL":
      return `this user may not start programs as user ${testsUser.uid}: the driver has to be root in its container`
    case "ENOENT":
      return "there is no setpriv (util-linux): the image of Node has to have it"
    default:
      return undefined
  }
}

/**
 * What the driver holds must be out of reach before a program of the tests runs.
 * @throws CONFIG_INVALID naming a path that the tests' user could read.
 */
export async function assertPrivate(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (!(await readableByTests(path))) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: "a program of the tests could read what only the driver may read",
      where: path,
      why: `it and every directory above it are open to user ${testsUser.uid}`,
      next: "put it below a directory of mode 0700 that belongs to the driver's user",
    })
  }
}

/** By owner and mode alone: other access controls are not relied on. */
async function readableByTests(path: string): Promise<boolean> {
  const real = await realpath(path)
  if (!(await isOpen(real, 4))) return false
  for (let above = dirname(real); ; above = dirname(above)) {
    if (!(await isOpen(above, 1))) return false
    if (above === dirname(above)) return true
  }
}

/** @param bit 4: may be read; 1: may be passed through. */
async function isOpen(path: string, bit: 1 | 4): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  if (uid === testsUser.uid) return true
  return ((gid === testsUser.gid ? mode >> 3 : mode) & bit) !== 0
}
