import type { ComponentFiles } from "./components.ts"

/** What `npm init` writes where there is no test. */
const noTest = /no test specified/

/**
 * Why a component has no such script; undefined where it has one, or where signalbox.yaml names another than the usual
 * one: a script that somebody names and that is not there is an error of the run, never a reason to skip.
 */
export function missingScript(
  { scripts }: Pick<ComponentFiles, "scripts">,
  script: string,
  usual: string,
): string | undefined {
  if (script !== usual || script in scripts) return undefined
  return `no script ${script}`
}

/** Why a component has no tests; undefined where its own script or the usual `test` says that it has. */
export function missingTests(
  files: Pick<ComponentFiles, "scripts">,
  script: string,
  usual: string,
): string | undefined {
  const { test } = files.scripts
  if (typeof test === "string" && !noTest.test(test)) return undefined
  const why = missingScript(files, script, usual)
  return why === undefined ? undefined : `${why} or test`
}
