import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import type { ComponentRequest } from "../language.ts"
import { type Project, projectOf } from "./project.ts"
import type { JavaComponent } from "./schema.ts"

export type Request = ComponentRequest<JavaComponent>

/** The component's module and its reactor, as the source has them. @throws CONFIG_INVALID */
export function projectIn({ name, component, source }: Request): Promise<Project> {
  return projectOf(name, posix.normalize(component.path), (file) => textOf(source, file))
}

async function textOf(source: Directory, file: string): Promise<string | undefined> {
  return (await source.exists(file)) ? source.file(file).contents() : undefined
}

/** A path of the source, as it is called below the directory that Maven is started for. */
export function belowRoot({ root }: Pick<Project, "root">, path: string): string {
  return posix.relative(root, path) || "."
}
