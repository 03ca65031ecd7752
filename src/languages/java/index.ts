import type { Container } from "@dagger.io/dagger"
import { toolIdentity } from "../../toolbox/index.ts"
import type { ToolChecks } from "../check.ts"
import type { Language } from "../language.ts"
import { assertBuildable } from "./buildable.ts"
import { checksOf } from "./checks.ts"
import { detect } from "./detect.ts"
import { imageOf } from "./image.ts"
import { packages } from "./packages.ts"
import { reachOf } from "./reach.ts"
import { projectIn, type Request } from "./read.ts"
import { mavenReason } from "./reason.ts"
import type { JavaComponent } from "./schema.ts"
import { neverInput, notForBuild, withSources } from "./sources.ts"
import { jobOf } from "./tools.ts"

/** Services on the JVM, built by Maven: Spring Boot applications, and jars that start by themselves. */
export const language: Language<JavaComponent> = {
  name: "java",
  // Beside the JDK and Maven of the toolbox's image: see tools.ts.
  hasNode: true,
  detect,
  looksFor: "a pom.xml with spring-boot-maven-plugin, or with the main class of its jar",
  manifest: ({ path }) => `${path}/pom.xml`,
  image: imageOf,
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => toolIdentity(toolbox, "maven").image ?? "unresolved",
  reasonIn: mavenReason,
  // It builds on the toolbox's images, which the toolbox file names by digest.
  unpinned: async () => [],
  checks,
  packages,
  leftOut,
  reach: reachOf,
  // What the jar starts is known when it is packaged, and an image of one that starts nothing is not made.
  assertStarts: async () => {},
}

/** The reactor with its tests, and a local repository with what its poms name. */
async function developmentContainer(request: Request): Promise<Container> {
  const sources = await withSources(await projectIn(request), request, neverInput)
  return sources.withEnvVariable("CI", "true")
}

async function checks(request: Request): Promise<ToolChecks> {
  const project = await projectIn(request)
  const tests = await Promise.all(
    project.needed.map((directory) => request.source.exists(`${directory}/src/test`)),
  )
  return checksOf({
    project,
    hasTests: tests.includes(true),
    job: jobOf(project, request),
    maven: toolIdentity(request.toolbox, "maven").version,
  })
}

async function leftOut({ component, source }: Request): Promise<readonly string[]> {
  const directory = source.directory(component.path)
  const found = await Promise.all([...neverInput, ...notForBuild].map((pattern) => directory.glob(pattern)))
  const kept: string[] = []
  for (const path of [...new Set(found.flat())].sort())
    if (!kept.some((one) => one.endsWith("/") && path.startsWith(one))) kept.push(path)
  return kept
}
