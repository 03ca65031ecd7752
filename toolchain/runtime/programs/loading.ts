import type { DaggerModule } from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/dagger_module/index.js"

/** A type as the scanner writes it: `typeDef` in lists, `name` in objects. */
interface TypeShape {
  readonly kind?: string
  readonly name?: string
  readonly typeDef?: TypeShape
}

/**
 * The bundled files that one call needs: the object's own class, and those that its state and the function's
 * arguments are made of. Classes of results come with the code that makes them.
 * @param entries file by name of object class
 */
export function filesToLoad(
  module: Pick<DaggerModule, "objects">,
  entries: Readonly<Record<string, string>>,
  object: string,
  method: string,
): string[] {
  const files = new Set<string>()
  const seen = new Set<string>()
  const need = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const type = module.objects[name]
    if (!type) return
    const file = entries[name]
    if (file) files.add(file)
    for (const property of Object.values(type.properties)) needType(property.type)
  }
  const needType = (type: TypeShape | undefined): void => {
    if (type?.typeDef) needType(type.typeDef)
    else if (type?.name) need(type.name)
  }
  need(object)
  const called =
    method === "" ? module.objects[object]?._constructor : module.objects[object]?.methods[method]
  for (const argument of Object.values(called?.arguments ?? {})) needType(argument.type)
  return [...files]
}
