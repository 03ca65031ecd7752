import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { dependenciesIn, sha1Of } from "./dependencies.ts"
import type { Artifact, Facts, Job } from "./job.ts"
import { run } from "./maven.ts"

/** Where `dependency:list` writes, in each module. */
export const dependencyList = "target/signalbox-dependencies.txt"

/** Brings the application of a packaged module to `out/app`, a directory for each layer, and writes what it is. */
export async function assemble(job: Job): Promise<void> {
  const app = join(job.out, "app")
  mkdirSync(app, { recursive: true })
  const jars = await Promise.all(
    candidates(job).map(async (file) => ({ file, manifest: await manifestOf(file) })),
  )
  const runnable = jars.filter(({ manifest }) => manifest.has("Main-Class"))
  const boot = runnable.filter(({ manifest }) => manifest.has("Spring-Boot-Version"))
  const [chosen, another] = boot.length > 0 ? boot : runnable
  const packages = packagesOf(job)
  if (chosen === undefined || another !== undefined) {
    const why =
      another === undefined ? startsNothing(jars.map(({ file }) => file)) : startSeveral(boot, runnable)
    write(job, {
      layers: [],
      start: null,
      why,
      jdkModules: [],
      packages: { production: [], development: [] },
    })
    return
  }
  const version = chosen.manifest.get("Spring-Boot-Version")
  const placed = version === undefined ? plain(chosen, app) : await springBoot(chosen.file, version, app)
  const files = globSync("**/*.jar", { cwd: app }).sort()
  write(job, {
    ...placed,
    jdkModules: await jdkModules(app, files),
    ...(version === undefined ? {} : { springBoot: version }),
    packages: packages(
      files.map((file) => join(app, file)),
      version !== undefined,
    ),
  })
}

type Manifest = ReadonlyMap<string, string>
interface Jar {
  readonly file: string
  readonly manifest: Manifest
}

/** Jars of the module, without those that hold no classes of it, or hold them before they were packed with others. */
function candidates({ component }: Job): readonly string[] {
  const target = join(component, "target")
  const names = existsSync(target) ? readdirSync(target) : []
  return names
    .filter(
      (name) =>
        name.endsWith(".jar") && !/^original-|-(?:sources|javadoc|tests|test-sources)\.jar$/.test(name),
    )
    .sort()
    .map((name) => join(target, name))
}

async function manifestOf(jar: string): Promise<Manifest> {
  const directory = mkdtempSync(join(tmpdir(), "manifest-"))
  await succeed("jar", ["--extract", "--file", jar, "META-INF/MANIFEST.MF"], directory)
  const file = join(directory, "META-INF", "MANIFEST.MF")
  // Lines are broken after 72 bytes; the next one then begins with a space.
  const text = existsSync(file) ? readFileSync(file, "utf8").replaceAll(/\r?\n /g, "") : ""
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return new Map(pairs)
}

/** Spring Boot's own tool unpacks it by layers, since 3.3 as a jar beside its libraries, before that as classes for its loader. */
async function springBoot(
  file: string,
  version: string,
  app: string,
): Promise<Pick<Facts, "layers" | "start">> {
  const work = mkdtempSync(join(tmpdir(), "layers-"))
  const jar = join(work, "app.jar")
  copyFileSync(file, jar)
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const hasTools = major > 3 || (major === 3 && minor >= 3)
  const args = hasTools
    ? ["-Djarmode=tools", "-jar", jar, "extract", "--layers", "--destination", app]
    : ["-Djarmode=layertools", "-jar", jar, "extract", "--destination", app]
  await succeed("java", args, work)
  const layers = orderOf(readdirSync(app))
  const has = (path: string) => layers.some((layer) => existsSync(join(app, layer, path)))
  if (hasTools && has("app.jar")) return { layers, start: ["-jar", "app.jar"] }
  const launcher = ["launch/JarLauncher", "JarLauncher"].find((name) =>
    has(`org/springframework/boot/loader/${name}.class`),
  )
  if (launcher === undefined) return { layers, start: null }
  return { layers, start: ["-cp", ".", `org.springframework.boot.loader.${launcher.replaceAll("/", ".")}`] }
}

/** Those that change least come first. A layer that a project has named itself stands before the application. */
function orderOf(layers: readonly string[]): readonly string[] {
  const usual = ["dependencies", "spring-boot-loader", "snapshot-dependencies"]
  const own = layers.filter((name) => !usual.includes(name) && name !== "application").sort()
  return [...usual, ...own, "application"].filter((name) => layers.includes(name))
}

/** A jar that starts by itself, and what its manifest says lies beside it. */
function plain({ file, manifest }: Jar, app: string): Pick<Facts, "layers" | "start"> {
  const beside = (manifest.get("Class-Path") ?? "")
    .split(/\s+/)
    .filter((path) => path !== "" && !path.includes(":"))
  const there = beside.filter((path) => existsSync(join(dirname(file), path)))
  for (const path of there) {
    const to = join(app, "dependencies", path)
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(dirname(file), path), to, { recursive: statSync(join(dirname(file), path)).isDirectory() })
  }
  mkdirSync(join(app, "application"), { recursive: true })
  copyFileSync(file, join(app, "application", "app.jar"))
  return {
    layers: there.length > 0 ? ["dependencies", "application"] : ["application"],
    start: ["-jar", "app.jar"],
  }
}

function startsNothing(jars: readonly string[]): string {
  const made =
    jars.length === 0
      ? "it made no jar"
      : `the manifest of ${jars.map((jar) => basename(jar)).join(", ")} has no Main-Class`
  return `neither spring-boot-maven-plugin nor a Main-Class: ${made}`
}

function startSeveral(boot: readonly Jar[], runnable: readonly Jar[]): string {
  const names = (boot.length > 0 ? boot : runnable).map(({ file }) => basename(file))
  return `several jars start something: ${names.join(", ")}`
}

/**
 * The modules of the JDK that the classes name; empty where jdeps cannot tell, which the image then does not rely on.
 * Missing classes are usual: libraries name what only some applications have.
 */
async function jdkModules(app: string, jars: readonly string[]): Promise<readonly string[]> {
  const files = jars.map((jar) => join(app, jar))
  const { code, output } = await run("jdeps", [
    ...["--ignore-missing-deps", "--multi-release", "17", "--print-module-deps"],
    ...["--class-path", files.join(":"), ...files],
  ])
  const last = output.trim().split("\n").at(-1) ?? ""
  if (code === 0 && /^[a-z][\w.]*(?:,[a-z][\w.]*)*$/.test(last)) return last.split(",").sort()
  process.stdout.write("[signalbox] jdeps cannot tell which modules of the JDK the classes name\n")
  return []
}

/**
 * What Maven resolved for the module, by the files that are in the image: those with the digest of a library there are for
 * production. Of an application in a single jar nothing tells them apart but their scope.
 */
function packagesOf(job: Job): (libraries: readonly string[], isUnpacked: boolean) => Facts["packages"] {
  const list = join(job.component, dependencyList)
  const text = existsSync(list) ? readFileSync(list, "utf8") : undefined
  return (libraries, isUnpacked) => {
    if (text === undefined) throw new Error(`Maven wrote no list of dependencies to ${list}`)
    // A module of the same reactor is the project's own code, and no package.
    const artifacts = dependenciesIn(text)
      .filter(({ file }) => !file.startsWith(`${job.root}/`))
      .map((one) => ({ ...one, sha1: sha1Of(one.file) }))
    const there = new Set(libraries.map(sha1Of))
    const byFiles = isUnpacked || libraries.length > 1
    const isProduction = ({ scope, sha1 }: (typeof artifacts)[number]) =>
      byFiles ? there.has(sha1) : scope !== "test" && scope !== "provided"
    const development = artifacts.filter((one) => !isProduction(one))
    return {
      production: artifacts.filter(isProduction).map(plainArtifact),
      development: development.map(plainArtifact),
    }
  }
}

function plainArtifact({ group, artifact, version, sha1 }: Artifact): Artifact {
  return { group, artifact, version, sha1 }
}

async function succeed(command: string, args: readonly string[], directory: string): Promise<void> {
  const { code, output } = await run(command, args, {}, directory)
  if (code !== 0)
    throw new Error(
      `${command} ${args.slice(0, 2).join(" ")} ended with ${code}: ${output.trim().slice(-500)}`,
    )
}

function write(job: Job, facts: Facts): void {
  writeFileSync(join(job.out, "facts.json"), `${JSON.stringify(facts, null, 2)}\n`)
}
