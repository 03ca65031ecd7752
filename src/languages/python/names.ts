/** The name of a package as indexes compare it (PEP 503): `Zope.Interface` and `zope_interface` are one package. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-")
}

/** One version of a package. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
}

/** Each version of a package once, in order. */
export function eachOnce(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  const byId = new Map(packages.map((one) => [`${one.name}==${one.version}`, one]))
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}
