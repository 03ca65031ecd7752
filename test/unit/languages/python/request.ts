import { component as schema } from "../../../../src/languages/catalogue.ts"
import { projectOf, type Request } from "../../../../src/languages/python/project.ts"
import type { PythonComponent } from "../../../../src/languages/python/schema.ts"
import type { ToolboxFile } from "../../../../src/toolbox/index.ts"
import { tree } from "./tree.ts"

const tool = (version: string) => ({
  image: `registry.example/python:${version}`,
  digest: "unresolved",
  version,
})

/** A component named `web` in `web/`, of these files. */
export function requestFor(
  files: Readonly<Record<string, string>>,
  settings: object = {},
  versions: readonly [string, string] = ["3.11.2", "3.11.2"],
): Request {
  const component = schema.parse({
    path: "web",
    language: "python",
    kind: "asgi",
    ...settings,
  }) as PythonComponent
  const below = Object.fromEntries(Object.entries(files).map(([path, text]) => [`web/${path}`, text]))
  const [python, pythonSlim] = versions.map(tool)
  const toolbox = { tools: { python, pythonSlim } } as unknown as ToolboxFile
  return { name: "web", component, source: tree(below), toolbox, trust: "release" }
}

export const project = (files: Readonly<Record<string, string>>, settings: object = {}) =>
  projectOf(requestFor(files, settings))
