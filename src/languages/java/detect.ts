import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { type Project, projectOf } from "./project.ts"

/** Modules that start by themselves: by Spring Boot's plugin, or by a main class that a plugin writes into the manifest. */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const files = new Set(tree.paths)
  const poms = tree.paths.filter((path) => /(?:^|\/)pom\.xml$/.test(path) && !/(?:^|\/)src\//.test(path))
  const found = await Promise.all(
    poms.map(async (file) => {
      const path = posix.dirname(file)
      const project = await projectOf(path, path, async (one) =>
        files.has(one) ? tree.read(one) : undefined,
      )
      const because = whatStarts(project)
      return because === undefined ? [] : [{ path, because, settings: await settingsOf(project, tree) }]
    }),
  )
  return found.flat()
}

function whatStarts(project: Project): string | undefined {
  const { pom, file } = project.component
  if (pom.packaging.value !== "jar") return undefined
  // Inherited by every module from a parent, it makes a service of those that have a class to start, which no pom tells.
  const own = pom.plugins.find(({ artifact }) => artifact === "spring-boot-maven-plugin")
  if (own !== undefined) return `${file}:${own.line} has spring-boot-maven-plugin`
  const packers = ["maven-jar-plugin", "maven-shade-plugin", "maven-assembly-plugin"]
  const packer = pom.plugins.find(
    (one) =>
      packers.includes(one.artifact) &&
      [one.configuration, ...one.settings].some((all) => namesMainClass(all)),
  )
  return packer === undefined ? undefined : `${file}:${packer.line} has a mainClass of ${packer.artifact}`
}

function namesMainClass(
  element: { readonly name: string; readonly children: readonly unknown[] } | undefined,
): boolean {
  if (element === undefined) return false
  if (element.name === "mainClass") return true
  return element.children.some((one) => namesMainClass(one as typeof element))
}

async function settingsOf(project: Project, tree: SourceTree): Promise<readonly Assumed[]> {
  const { pom, file, directory } = project.component
  const settings: Assumed[] = []
  const port = await portOf(directory, tree)
  if (port !== undefined) settings.push(port)
  if (pom.artifacts.has("spring-boot-starter-actuator"))
    settings.push({
      setting: "health",
      value: "/actuator/health",
      because: `${file} has spring-boot-starter-actuator`,
    })
  return settings
}

/** `server.port` of its own settings; a placeholder counts by its default. */
async function portOf(directory: string, tree: SourceTree): Promise<Assumed | undefined> {
  const base = posix.join(directory, "src/main/resources/application")
  for (const [end, pattern] of [
    [".properties", /^\s*server\.port\s*[=:]\s*(?:\$\{[^:}]+:)?(\d{1,5})\}?\s*$/m],
    [".yml", /^server:\s*\n(?:[ \t]+.*\n)*?[ \t]+port:\s*["']?(?:\$\{[^:}]+:)?(\d{1,5})\}?["']?\s*$/m],
    [".yaml", /^server:\s*\n(?:[ \t]+.*\n)*?[ \t]+port:\s*["']?(?:\$\{[^:}]+:)?(\d{1,5})\}?["']?\s*$/m],
  ] as const) {
    const file = `${base}${end}`
    if (!tree.paths.includes(file)) continue
    const [, value] = pattern.exec(await tree.read(file)) ?? []
    if (value !== undefined) return { setting: "port", value: Number(value), because: `${file}: server.port` }
  }
  return undefined
}
