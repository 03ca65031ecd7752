import type { Container } from "@dagger.io/dagger"
import { program, without } from "../../toolbox/index.ts"
import { type ComponentRequest, workdir } from "../language.ts"
import { buildExcludes, gateExcludes, outputOf } from "./inputs.ts"
import { installPackages, ownScripts, runScripts } from "./install.ts"
import { manifestIn } from "./manifest.ts"
import { vitestSettings } from "./runner.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** All packages and the build's sources, after the project's own scripts of an installation. */
export async function prepared(request: Request): Promise<Container> {
  return withSources(request, buildExcludes(await buildOutput(request)))
}

/** First stage: all packages, and the output of the build script. */
export async function compiled(request: Request): Promise<Container> {
  const { build } = request.component.scripts
  return (await prepared(request)).withExec(["npm", "run", "--silent", build])
}

/** Packages of its lock file, and all sources, tests included, for the gates. */
export async function developmentContainer(request: Request): Promise<Container> {
  const container = await withSources(request, gateExcludes(await staleOutput(request)))
  return container
    .withFile(vitestSettings, program("src/languages/node/vitest-settings.ts"))
    .withFile("/signalbox/source-files.ts", program("src/languages/node/source-files.ts"))
    .withEnvVariable("CI", "true")
    .withEnvVariable("NO_COLOR", "1")
}

async function withSources(request: Request, excludes: readonly string[]): Promise<Container> {
  const { component, source } = request
  const [installed, files, own] = await Promise.all([
    installPackages(request),
    without(source.directory(component.path), excludes),
    ownScripts(request),
  ])
  return runScripts(installed.withDirectory(workdir, files), [...own.install, ...own.prepare])
}

/** The directory of its own that the build writes, relative to the component; null: it writes among the sources. */
export function buildOutput({ component, source }: Request): Promise<string | null> {
  return outputOf(component, (path) => source.exists(`${component.path}/${path}`))
}

/** The same where a script writes it: what the source has there is from an earlier build. */
export async function staleOutput(request: Request): Promise<string | null> {
  return (await hasBuildStep(request)) ? buildOutput(request) : null
}

/**
 * Whether a script builds the content of the image. A component whose package.json has no script `build` is plain
 * JavaScript, or static files; a script that signalbox.yaml names and that does not exist is an error of the build.
 */
export async function hasBuildStep({ component, source }: Request): Promise<boolean> {
  if (component.scripts.build !== "build") return true
  const file = `${component.path}/package.json`
  return "build" in manifestIn(await source.file(file).contents(), file).scripts
}
