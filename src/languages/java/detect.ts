import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { type SpringSettings, springSettings } from "./detect-settings.ts"
import { type Project, projectOf } from "./project.ts"
import { component } from "./schema.ts"

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
  const settings = await springSettings(directory, tree)
  return [
    ...portOf(settings, { artifacts: pom.artifacts, file }),
    ...(pom.artifacts.has("spring-boot-starter-actuator") ? healthOf(settings, file) : []),
  ]
}

/** Starters that serve HTTP. */
const web = ["web", "webmvc", "webflux", "jersey", "data-rest"].map((name) => `spring-boot-starter-${name}`)

/** `server.port` of its own settings, else what Spring Boot itself listens on. */
function portOf(
  settings: SpringSettings,
  { artifacts, file }: { readonly artifacts: ReadonlySet<string>; readonly file: string },
): readonly Assumed[] {
  // What a server tells when it starts counts before: nothing here is certain.
  if (settings.asksServer !== undefined) return []
  const own = settings.get("server.port")
  if (own !== undefined)
    return accepted({ setting: "port", value: Number(own.value), because: `${own.file}: server.port` })
  const starter = web.find((one) => artifacts.has(one))
  if (starter === undefined || settings.has("server.port")) return []
  const because = `${file} has ${starter}, and no file names server.port: Spring Boot listens on 8080`
  return [{ setting: "port", value: 8080, because }]
}

/** Settings that stand in front of the path of Spring Boot's health check. */
const prefixes = ["server.servlet.context-path", "spring.webflux.base-path", "spring.mvc.servlet.path"]

/** Where its actuator answers: on another port it does not count, because a health check is asked on the service's own. */
function healthOf(settings: SpringSettings, pom: string): readonly Assumed[] {
  const names = [...prefixes, "management.endpoints.web.base-path"]
  const isOpen = names.some((name) => settings.has(name) && settings.get(name) === undefined)
  if (isOpen || settings.has("management.server.port")) return []
  const found = names.flatMap((name) => settings.get(name) ?? [])
  const base = settings.get("management.endpoints.web.base-path")?.value ?? "/actuator"
  const before = prefixes.map((name) => settings.get(name)?.value ?? "")
  const files = [...new Set(found.map(({ file }) => file))].map((one) => `, with a path of ${one}`)
  const server = settings.asksServer
  const unless = server === undefined ? "" : `, unless the server that ${server} asks tells another path`
  return accepted({
    setting: "health",
    value: posix.join("/", ...before, base, "health"),
    because: `${pom} has spring-boot-starter-actuator${files.join("")}${unless}`,
  })
}

/** What a component cannot say (`server.port=0`) is no setting: the default is then told. */
function accepted(one: Assumed): readonly Assumed[] {
  const shape = component.shape[one.setting as keyof typeof component.shape]
  return shape.safeParse(one.value).success ? [one] : []
}
