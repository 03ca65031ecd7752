import { posix } from "node:path"
import { type Container, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { programs, type ToolboxFile, toolContainer } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"
import type { Project } from "./project.ts"
import { belowRoot, type Request } from "./read.ts"
import type { Job } from "./run/job.ts"

/** Directory of our programs in containers that have a JDK. */
export const programsAt = "/signalbox/java"
/** Where jobs write. */
export const out = "/out"

/** Id of the build secret that is Maven's user settings: logins and mirrors of private repositories. */
const settingsSecret = "maven-settings"
const settingsFile = "/run/signalbox/maven-settings.xml"

/** A JDK and Maven, with Node beside them: our programs start Maven, and read what it says. */
export function mavenContainer(toolbox: ToolboxFile): Container {
  const node = toolContainer(toolbox, "node").file(toolbox.tools.node.path ?? "/usr/local/bin/node")
  return toolContainer(toolbox, "maven")
    .withUser("0")
    .withFile("/usr/local/bin/node", node, { permissions: 0o755 })
    .withoutEntrypoint()
    .withoutDefaultArgs()
    .withEnvVariable("LANG", "C.UTF-8")
    .withWorkdir(workdir)
}

export function withPrograms(container: Container): Container {
  return container.withDirectory(programsAt, programs("src/languages/java/run"))
}

/** Version of the toolbox's JDK, by its own `release` file. */
export async function jdkVersion(toolbox: ToolboxFile): Promise<string> {
  const container = toolContainer(toolbox, "maven")
  const home = await container.envVariable("JAVA_HOME")
  if (home === null || home === undefined || home === "") throw noJdk("it sets no JAVA_HOME")
  const file = posix.join(home, "release")
  if (!(await container.exists(file))) throw noJdk(`it has no ${file}`)
  const [, version] = /^JAVA_VERSION="([^"]+)"/m.exec(await container.file(file).contents()) ?? []
  if (version === undefined) throw noJdk(`${file} names no JAVA_VERSION`)
  return version
}

function noJdk(why: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: "the toolbox's image of Maven has no JDK",
    where: "toolbox.yaml: tools.maven",
    why,
    next: "name an image with a JDK and Maven, such as maven with Eclipse Temurin",
  })
}

/** What is the same for every job of a component. */
export function jobOf(project: Project, request: Request): Omit<Job, "task" | "arguments"> {
  const below = belowRoot(project, project.component.directory)
  return {
    root: workdir,
    component: posix.join(workdir, below),
    place: project.root,
    authorities: "/etc/ssl/certs/ca-certificates.crt",
    out,
    ...(request.secrets?.has(settingsSecret) === true ? { settings: settingsFile } : {}),
  }
}

/** The command that carries a job out. */
export function commandOf(job: Job): string[] {
  return ["node", `${programsAt}/main.ts`, JSON.stringify(job)]
}

/** With the build secret `maven-settings`, in memory: its value is in no layer and no cache key. */
export async function withSettings({ secrets }: Request, container: Container): Promise<Container> {
  const given = secrets?.get(settingsSecret)
  if (given === undefined) return container
  // By name alone: the engine would take a file or variable for another secret whenever its value changes.
  return container.withMountedSecret(settingsFile, dag.setSecret(settingsSecret, await given.plaintext()))
}
