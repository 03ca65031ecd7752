import { posix } from "node:path"
import { type Container, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import {
  type Component,
  type ComponentRequest,
  componentSchema,
  directoryOf,
  languageOf,
  workdir,
} from "../../languages/index.ts"
import { type ToolboxFile, toolBinary, toolCommand, toolContainer } from "../../toolbox/index.ts"
import { outDirectory } from "../engine/exec.ts"
import type { GateContext } from "../gate.ts"

/** The tests come from the tree, and what the browser shows from anywhere: neither of them is root. */
const user = "1001:1001"

/** The browser's image with the Node that components are checked with, and the browser's version by its own word. */
export async function browserContainer(
  toolbox: ToolboxFile,
): Promise<{ readonly container: Container; readonly path: string; readonly version: string }> {
  const path = toolCommand(toolbox, "browser")
  const container = toolContainer(toolbox, "browser").withUser(user).withEnvVariable("HOME", "/tmp")
  // A browser that does not start is found before anything is built for it.
  const said = await container.withExec([path, "--version"]).stdout()
  return {
    container: container.withFile("/usr/local/bin/node", toolBinary(toolbox, "node"), { permissions: 0o755 }),
    path,
    version: /\d+(?:\.\d+)+/.exec(said)?.[0] ?? said.trim(),
  }
}

/** The tests as a component in Node is checked: where they are one's own directory, with that component's packages. */
export async function testsRequest(
  { config, source, request }: Pick<GateContext, "config" | "source" | "request">,
  directory: string,
): Promise<ComponentRequest<Component>> {
  const named = Object.entries(config.components).find(
    ([, one]) => one.language === "node" && directoryOf(one) === directory,
  )
  if (named !== undefined) return request(named[0])
  const manifest = posix.join(directory, "package.json")
  if (!(await source.exists(manifest)))
    throw new SignalboxError("CONFIG_INVALID", {
      what: "there are no end-to-end tests where they should be",
      where: "signalbox.yaml: gates.end-to-end.directory",
      why: `${manifest} does not exist`,
      next: "name the directory of their package.json",
    })
  const [any = ""] = Object.keys(config.components)
  const component = componentSchema.parse({ path: directory, language: "node", kind: "static" })
  return { ...request(any), name: directory, component }
}

/** Their directory with the packages of its lock file, at the place where their development container has it. */
export async function withTests(
  browser: Container,
  request: ComponentRequest<Component>,
): Promise<Container> {
  const language = await languageOf(request.component)
  const development = await language.developmentContainer(request)
  const place = await development.workdir()
  const programs = [place, workdir].map((one) => `${one}/node_modules/.bin`)
  return browser
    .withDirectory(workdir, development.directory(workdir), { owner: user })
    .withDirectory(outDirectory, dag.directory(), { owner: user })
    .withWorkdir(place)
    .withEnvVariable("PATH", `${[...new Set(programs)].join(":")}:/usr/local/bin:\${PATH}`, { expand: true })
}
