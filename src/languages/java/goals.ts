import { type Project, pluginOf, propertyOf } from "./project.ts"

/** Plugins of ours, by exact versions: what they write is read. */
const dependencyPlugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

/** What is judged as the project configures it, by the plugin's own goals. */
const jacoco = { artifact: "jacoco-maven-plugin", goal: "org.jacoco:jacoco-maven-plugin:report" }
const checkstyle = {
  artifact: "maven-checkstyle-plugin",
  goal: "org.apache.maven.plugins:maven-checkstyle-plugin:check",
}

export const jacocoPlugin = jacoco.artifact
export const checkstylePlugin = checkstyle.artifact
export const failsafePlugin = "maven-failsafe-plugin"

/** Writes the packages of each module beside its jar. */
const dependencyGoals = [
  `${dependencyPlugin}:list`,
  "-DoutputFile=target/signalbox-dependencies.txt",
  "-DoutputAbsoluteArtifactFilename=true",
]

/** Entries of jars get this time, where the project does not set one: equal sources make equal jars. */
const timestamp = "2000-01-01T00:00:00Z"

/** The jar as the project packages it. Its linters judge in gates. */
export function packageGoals(project: Project): readonly string[] {
  const stamped = propertyOf(project, "project.build.outputTimestamp") !== undefined
  return [
    ...["package", ...dependencyGoals, "-DskipTests"],
    ...["checkstyle.skip", "spotbugs.skip", "pmd.skip", "cpd.skip", "jacoco.skip"].map(
      (name) => `-D${name}=true`,
    ),
    ...(stamped ? [] : [`-Dproject.build.outputTimestamp=${timestamp}`]),
  ]
}

export const compileGoals: readonly string[] = ["test-compile", "-DskipTests", "-Dcheckstyle.skip=true"]

/** All tests, a failing one being a result and no end, and their coverage. */
export function testGoals(project: Project): readonly string[] {
  const phase = pluginOf(project, failsafePlugin) === undefined ? "test" : "verify"
  const skipped = ["checkstyle.skip", "spotbugs.skip", "pmd.skip", "cpd.skip"].map((name) => `-D${name}=true`)
  // The gate has a minimum of its own.
  const own = ["-Dmaven.test.failure.ignore=true", "-Djacoco.haltOnFailure=false"]
  return [phase, ...reportGoals(project), ...own, ...skipped]
}

function reportGoals(project: Project): readonly string[] {
  return pluginOf(project, jacoco.artifact) === undefined ? [] : [jacoco.goal]
}

/** With the configuration of the execution that runs it in the project's own build, where there is one. */
export function lintGoals(project: Project): readonly string[] {
  const found = pluginOf(project, checkstyle.artifact)
  if (found === undefined) return []
  const own = found.executions.find(({ goals }) => goals.includes("check"))
  return [own === undefined ? checkstyle.goal : `${checkstyle.goal}@${own.id}`]
}

/** Every goal that is run later, so that what it needs is there. */
export function resolveGoals(project: Project): readonly string[] {
  return ["verify", ...dependencyGoals, ...reportGoals(project), ...lintGoals(project)]
}
