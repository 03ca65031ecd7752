import { dag } from "@dagger.io/dagger"
import type { NamedPackages, ResolvedPackages } from "../language.ts"
import { type PackagedFacts, packaged } from "./packaged.ts"
import type { Request } from "./read.ts"

/**
 * A pom names packages by their parents, which lie in repositories: read without a network it tells few of them, and says
 * nothing of the others. So what a scan gets is the list that Maven resolved for the build, in the form of a lock file of Gradle:
 * the one form with plain coordinates of the same repositories.
 */
export async function packages(request: Request): Promise<NamedPackages> {
  const { project, facts } = await packaged(request)
  const { production, development } = facts.packages
  return {
    files: dag.directory().withNewFile("gradle.lockfile", lockFileOf(production)),
    lockFile: project.component.file,
    production: new Set(production.map(nameOf)).size,
    development: development.length,
    developmentFiles: [],
    inImage: true,
    eachInImage: true,
    // Of a jar that nothing can be started from, no list was made.
    ...(facts.start === null ? {} : { resolved: resolvedOf(facts.packages) }),
  }
}

type Artifact = PackagedFacts["packages"]["production"][number]

function resolvedOf({ production, development }: PackagedFacts["packages"]): ResolvedPackages {
  return {
    ecosystem: "Maven",
    packages: [...production.map(named(false)), ...development.map(named(true))],
  }
}

const named =
  (development: boolean) =>
  ({ group, artifact, version }: Artifact) => ({
    ...{ name: `${group}:${artifact}`, version, development },
  })

const nameOf = ({ group, artifact, version }: Artifact) => `${group}:${artifact}:${version}`

export function lockFileOf(artifacts: readonly Artifact[]): string {
  const names = [...new Set(artifacts.map(nameOf))].sort()
  return names.map((name) => `${name}=runtimeClasspath\n`).join("")
}
