/** Which lines of a failed installation tell its cause: managers print them among help, traces and a compiler's commands. */

/** What a compiler, linker or a package's own build says before everything else breaks. */
const native =
  /(?:fatal )?error: .*(?:No such file or directory|not found)|:\d+(?::\d+)?: (?:fatal )?error:|undefined reference|cannot find -l|command '[^']*' failed|Could not find .* (?:headers|library)|requires? .* to be installed|^\s*error: can't find|ModuleNotFoundError:|(?:pg_config|mysql_config|pkg-config).*(?:not found|required)/
/** Which package it was. */
const failedPackage =
  /Failed building wheel for (\S+)|Failed to build [`']?([\w.-]+)|Building wheel for (\S+) \(|Getting requirements to build wheel|Could not build wheels for (.+),/
/** What the managers say about lock files, hashes and packages. */
const said = [
  /^\S+ \S+ requires \S+, which is not installed\.$/,
  /^\S+ \S+ has requirement .+, but you have .+$/,
  /^ERROR: (?!Exception)\S.*/,
  /THESE PACKAGES DO NOT MATCH THE HASHES/,
  /^error: (?!subprocess-exited-with-error)\S.*/,
  /^\s*(?:×|╰─▶|├─▶|hint:) ?\S.*/,
  /pyproject\.toml changed significantly since poetry\.lock was last generated/,
  /^\s*(?:Because |So, because |And because )/,
  /^\s*(?:Unable to find|Cannot install|Hash for |The lock file )/,
] as const

const missing = /^\S+ \S+ requires (\S+), which is not installed\.$/
/** `pip freeze` writes them down only with --all. */
const neverFrozen = ["pip", "setuptools", "wheel"]

/** What to do where a requirement file does not name all that its packages need. */
function adviceFor(told: readonly string[]): readonly string[] {
  const names = told.flatMap((line) => missing.exec(line.trim())?.[1] ?? [])
  const frozen = names.filter((name) => neverFrozen.includes(name))
  const others = names.filter((name) => !neverFrozen.includes(name))
  return [
    ...(frozen.length === 0
      ? []
      : [
          `name ${frozen.join(" and ")} with a version in the file, too: pip freeze leaves that out without --all`,
        ]),
    ...(others.length === 0
      ? []
      : [
          `name ${others.join(" and ")} with a version in the file, too, or make the file with the Python that builds: a package may need more there`,
        ]),
  ]
}

const mostNative = 4

/** Null: none of the lines is a manager's. */
export function managerReason(lines: readonly string[]): readonly string[] | null {
  const clean = lines.map((line) => line.replaceAll(/\u001b\[[0-9;]*m/g, "").trimEnd())
  const cause = clean.filter((line) => native.test(line)).slice(0, mostNative)
  const packages = clean.filter((line) => failedPackage.test(line)).slice(-1)
  const told = clean.filter((line) => said.some((one) => one.test(line)))
  const all = cause.length > 0 ? [...cause, ...packages] : told
  const chosen = [...new Set(all.map((line) => line.trim()))]
  return chosen.length === 0 ? null : [...chosen, ...adviceFor(chosen)]
}
