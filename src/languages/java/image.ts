import { type Directory, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { programs, type ToolboxFile, toolContainer, withOutput } from "../../toolbox/index.ts"
import { type UnhardenedImage, workdir } from "../language.ts"
import { stamped } from "../stamped.ts"
import { healthClasses, healthcheck, healthProgram, javaHome, javaRuntime, runtimeModules } from "./jre.ts"
import { type Packaged, packaged } from "./packaged.ts"
import type { Request } from "./read.ts"

/** Small caches of the JVM on the disk are off: the root file system may be read-only. An exhausted heap ends the process. */
const options = ["-XX:-UsePerfData", "-XX:MaxRAMPercentage=75.0", "-XX:+ExitOnOutOfMemoryError"]

/** A Java runtime with what the application needs, its libraries, and the application: each in layers of its own. */
export async function imageOf(request: Request): Promise<UnhardenedImage> {
  const { component, toolbox } = request
  const made = await packaged(request)
  const { facts, output } = made
  if (facts.start === null) throw startsNothing(request, made)
  const { user, port, health } = component
  const runtime = dag
    .directory()
    .withDirectory(javaHome, javaRuntime(toolbox, runtimeModules(facts, component.jdkModules)))
    .withDirectory(healthClasses, healthProgram(toolbox))
  const base = toolContainer(toolbox, toolbox.tools.javaBase === undefined ? "maven" : "javaBase")
    .withDirectory("/", stamped(toolbox, runtime, 0))
    .withEnvVariable("JAVA_HOME", javaHome)
    .withEnvVariable("LANG", "C.UTF-8")
    .withWorkdir(workdir)
  const container = facts.layers.reduce((image, layer) => {
    const files = withOutput(dag.directory(), workdir, output.directory(`app/${layer}`), {})
    return image.withDirectory("/", stamped(toolbox, files, 0))
  }, base)
  const start = [`${javaHome}/bin/java`, ...options, ...component.javaOptions, ...facts.start]
  return {
    container: container.withoutDefaultArgs().withEntrypoint(start),
    ...{ user, port, healthcheck: healthcheck(port, health) },
    packageIndex: indexOf(toolbox, output),
  }
}

/** The jars of the image by their digests, as Maven resolved them. */
function indexOf(toolbox: ToolboxFile, output: Directory): Directory {
  return toolContainer(toolbox, "node")
    .withDirectory("/programs", programs("src/languages/java/run"))
    .withFile("/facts.json", output.file("facts.json"))
    .withExec(["node", "/programs/index-database.ts", "/facts.json", "/index"])
    .directory("/index")
}

function startsNothing({ name }: Request, { project, facts }: Packaged): SignalboxError {
  const { file, pom } = project.component
  const plugin = pom.plugins.find(({ artifact }) => artifact === "spring-boot-maven-plugin")
  return new SignalboxError("CONFIG_INVALID", {
    what: `the jar of ${name} starts nothing`,
    where: `${file}:${plugin?.line ?? pom.artifact.line}`,
    why: facts.why ?? "nothing in it says what to start",
    next: "add spring-boot-maven-plugin (its repackage goal), or a Main-Class by maven-jar-plugin or maven-shade-plugin",
  })
}
