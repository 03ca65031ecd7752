import type { PackageManager } from "./manager.ts"
import { npm } from "./npm.ts"
import { pnpm } from "./pnpm.ts"
import { yarnBerry } from "./yarn-berry.ts"
import { isClassic, yarnClassic } from "./yarn-classic.ts"

/** All package managers, by the lock file that each writes; the two of yarn by what is in it. */
export const managersByLock: Readonly<Record<string, (lock: string) => PackageManager>> = {
  [npm.lockFile]: () => npm,
  [pnpm.lockFile]: () => pnpm,
  [yarnBerry.lockFile]: (lock) => (isClassic(lock) ? yarnClassic : yarnBerry),
}

/** Lock files that none of them reads. */
export const otherLockFiles: readonly string[] = ["bun.lock", "bun.lockb", "npm-shrinkwrap.json", "deno.lock"]

const all = [npm, pnpm, yarnClassic, yarnBerry]

/** The lines that state the cause of a failed installation or native build. Null: it is the output of none of them. */
export function reasonOf(lines: readonly string[]): readonly string[] | null {
  for (const { reasonIn } of all) {
    const found = reasonIn(lines)
    if (found !== null) return found
  }
  return null
}
