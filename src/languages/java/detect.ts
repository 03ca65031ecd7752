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
      const because = whatStarts(project) ?? (await startingClass(project, tree))
      return because === undefined ? [] : [{ path, because, settings: await settingsOf(project, tree) }]
    }),
  )
  return found.flat()
}

function whatStarts(project: Project): string | undefined {
  const { pom, file } = project.component
  if (pom.packaging.value !== "jar") return undefined
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

/** Files that a class to start is usually in; each is a question to the engine. */
const usualClass =
  /\/src\/main\/(?:java|kotlin)\/(?:.+\/)?\w*(?:Application|App|Main|Server)\w*\.(?:java|kt)$/

/** Spring Boot's plugin of a parent makes a service of a module that has a class to start. */
async function startingClass({ component, chain }: Project, tree: SourceTree): Promise<string | undefined> {
  if (component.pom.packaging.value !== "jar") return undefined
  const inherited = chain.find(({ pom }) => pom.artifacts.has("spring-boot-maven-plugin"))
  if (inherited === undefined) return undefined
  const below = component.directory === "." ? "" : `${component.directory}/`
  const files = tree.paths.filter(
    (path) => path.startsWith(below) && usualClass.test(`/${path.slice(below.length)}`),
  )
  for (const file of files)
    if (/^@SpringBootApplication\b/m.test(await tree.read(file)))
      return `${file} has @SpringBootApplication, and ${inherited.file} spring-boot-maven-plugin`
  return undefined
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
