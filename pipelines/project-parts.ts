import { posix } from "node:path"
import type { Session } from "../src/call/index.ts"
import type { NamedPart, ProjectParts } from "../src/domain/index.ts"
import { buildRequest } from "./build.ts"
import { asDirectory, componentParts } from "./component-parts.ts"
import { isLinked } from "./linked.ts"

/** What a project consists of, by path: as its configuration names it, and as its languages know it. */
export async function projectParts(session: Session): Promise<ProjectParts> {
  const request = await buildRequest(session, "branch")
  const { config } = request
  const [settings, components, environments] = await Promise.all([
    settingFiles(session),
    Promise.all(Object.keys(config.components).map((name) => componentParts(request, name))),
    Promise.all(config.environments.map((name) => environmentParts(session, name))),
  ])
  const { path, values } = config.chart
  return {
    ...{ settings, components, environments },
    chart: [
      ...(await placeOf(session, path === null ? null : asDirectory(path), "it is in the chart")),
      ...(await placeOf(session, values, "it has values of every environment")),
    ],
    assumed: session.inputs.assumed !== undefined,
  }
}

/** The files that decide what there is, which tools judge it, and what is let through. */
async function settingFiles(session: Session): Promise<readonly NamedPart[]> {
  const { config: given, toolbox, ownToolbox, source } = session.inputs
  const { waivers } = await session.config()
  // A file does not tell where it lies: each of its name may be the one.
  const [configs, toolboxes] = await Promise.all([
    given === undefined ? [] : given.name().then((name) => source.glob(`**/${name}`)),
    toolbox.name().then((name) => source.glob(`**/${name}`)),
  ])
  const tools = [...toolboxes, ...(ownToolbox === undefined ? [] : [ownToolbox.path])]
  const asNamed = (paths: readonly string[], usual: string, why: string) =>
    [...new Set([usual, ...paths])].map((path) => ({ path, why }))
  return [
    ...asNamed(configs, "signalbox.yaml", "it says what there is, and what it is held against"),
    ...asNamed(tools, "toolbox.yaml", "it names the images of the tools"),
    ...(await placeOf(session, waivers, "it says what is waived")),
  ]
}

async function environmentParts(
  session: Session,
  name: string,
): Promise<ProjectParts["environments"][number]> {
  const { smoke, load } = await session.config()
  const { values } = await session.environment(name)
  const files = await Promise.all([
    placeOf(session, `environments/${name}.yaml`, "it describes it"),
    placeOf(session, values, "it has its values"),
    placeOf(session, smoke, "it has the smoke tests"),
    placeOf(session, load.script, "it has the load test"),
  ])
  return { name, files: files.flat() }
}

/** A file or directory that the configuration names. Where a symbolic link leads to it, it may lie anywhere. */
async function placeOf(session: Session, text: string | null, why: string): Promise<readonly NamedPart[]> {
  if (text === null) return []
  const path = posix.normalize(text)
  const part = { path, why }
  if (!(await isLinked(session.inputs.source, path))) return [part]
  return [part, { path: "./", why: `${path} is a symbolic link, or in one`, uncertain: true }]
}
