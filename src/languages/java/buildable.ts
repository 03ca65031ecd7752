import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import { type Project, pluginOf, propertyOf, resolved, type Setting } from "./project.ts"
import { projectIn, type Request } from "./read.ts"
import { jdkVersion } from "./tools.ts"
import { compareVersions, isInRange, javaNumber } from "./versions.ts"
import { allNamed, child } from "./xml.ts"

/** Checks that a component's files make a build possible. @throws CONFIG_INVALID */
export async function assertBuildable(request: Request): Promise<void> {
  const project = await projectIn(request)
  assertJar(request.name, project)
  assertMaven(await wrapperOf(request, project), toolIdentity(request.toolbox, "maven").version)
  assertJava(request.name, project, await jdkVersion(request.toolbox))
}

/** @throws CONFIG_INVALID */
export function assertJar(name: string, { component, modules }: Project): void {
  const { file, directory, pom } = component
  const { value: packaging, line } = pom.packaging
  if (packaging === "jar") return
  const below = modules.filter((one) => one.directory !== directory && one.pom.packaging.value === "jar")
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} is no service: the packaging of ${file} is ${packaging}`,
    where: `${file}:${line}`,
    ...(packaging === "pom"
      ? {
          why:
            below.length === 0
              ? "it is a parent of others"
              : `its modules are ${below.map((one) => one.directory).join(", ")}`,
          next: `set components.${name}.path to the directory of the module that is the service`,
        }
      : {
          why: "only jars that start by themselves are known",
          next: "package it as a jar (Spring Boot needs no war), or build it by its own Dockerfile: language: dockerfile",
        }),
  })
}

async function wrapperOf({ source }: Request, { root }: Project): Promise<Setting | undefined> {
  const file = posix.join(root, ".mvn/wrapper/maven-wrapper.properties")
  return (await source.exists(file)) ? wrapperVersion(await source.file(file).contents(), file) : undefined
}

/** The Maven that a wrapper would download. */
export function wrapperVersion(text: string, file: string): Setting | undefined {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, value] =
      /^\s*distributionUrl\s*[=:].*\/apache-maven-([\w.-]+?)-bin\.(?:zip|tar\.gz)\s*$/.exec(line) ?? []
    if (value !== undefined) return { value, line: index + 1, file }
  }
  return undefined
}

/** Maven stays compatible within a major version, and what is older lacks what a project may use. @throws CONFIG_INVALID */
export function assertMaven(wanted: Setting | undefined, version: string): void {
  if (wanted === undefined) return
  const isSameMajor = wanted.value.split(".")[0] === version.split(".")[0]
  if (isSameMajor && compareVersions(version, wanted.value) >= 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the project is built by Maven ${wanted.value}`,
    where: `${wanted.file}:${wanted.line}`,
    why: `the toolbox has ${version}`,
    next: "name another Maven in toolbox.yaml (tools.maven), or correct the wrapper",
  })
}

/** Properties and elements that say for which Java the classes are. */
const properties = [
  "maven.compiler.release",
  "java.version",
  "maven.compiler.target",
  "maven.compiler.source",
]

/** @throws CONFIG_INVALID where the project needs another Java than the toolbox has. */
export function assertJava(name: string, project: Project, jdk: string): void {
  const has = javaNumber(jdk) ?? 0
  const refuse = ({ file, line, value }: Setting) => {
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${name} does not run on Java ${jdk}`,
      where: `${file}:${line}`,
      why: `it asks for ${value}, and the toolbox has ${jdk}`,
      next: "name another image with a JDK in toolbox.yaml (tools.maven), or correct the version",
    })
  }
  for (const setting of [
    ...compilerSettings(project),
    ...properties.flatMap((one) => propertyOf(project, one) ?? []),
  ]) {
    const wanted = javaNumber(setting.value)
    if (wanted !== undefined && wanted > has) refuse(setting)
  }
  for (const setting of requiredJava(project)) if (isInRange(jdk, setting.value) === false) refuse(setting)
}

function compilerSettings(project: Project): readonly Setting[] {
  const found = pluginOf(project, "maven-compiler-plugin")
  if (found === undefined) return []
  return ["release", "target"].flatMap((name) => {
    const element = child(found.configuration, name)
    return element === undefined
      ? []
      : [{ value: resolved(project, element.text), line: element.line, file: found.file }]
  })
}

/** `requireJavaVersion` of maven-enforcer. */
function requiredJava(project: Project): readonly Setting[] {
  const found = pluginOf(project, "maven-enforcer-plugin")
  if (found === undefined) return []
  const settings = [found.configuration, ...found.settings].flatMap((one) => one ?? [])
  return settings
    .flatMap((one) => allNamed(one, "requireJavaVersion"))
    .flatMap((one) => child(one, "version") ?? [])
    .map(({ text, line }) => ({ value: resolved(project, text), line, file: found.file }))
}
