/** A package with a known vulnerability, CVE-2019-10744, in the manifest and the lock file of a component in Node. */
const name = "lodash"
const version = "4.17.4"

export function withDependency(manifest: string): string {
  return JSON.stringify({ ...JSON.parse(manifest), dependencies: { [name]: version } }, undefined, 2)
}

export function withLocked(lockFile: string): string {
  const lock = JSON.parse(lockFile)
  lock.packages[""].dependencies = { [name]: version }
  lock.packages[`node_modules/${name}`] = { version, license: "MIT" }
  return JSON.stringify(lock, undefined, 2)
}
