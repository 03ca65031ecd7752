import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"

const packageShape = z.looseObject({ scripts: z.record(z.string(), z.string()).default({}) })
const lockShape = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })).default({}),
})

/** The scripts of a `package.json`. @throws CONFIG_INVALID */
export function scriptsIn(text: string, file: string): Readonly<Record<string, string>> {
  return parsed(text, file, packageShape).scripts
}

/** Version of a package as a lock file has it at its top; undefined where it is not there. @throws CONFIG_INVALID */
export function versionsIn(text: string, file: string): (name: string) => string | undefined {
  const { packages } = parsed(text, file, lockShape)
  return (name) => packages[`node_modules/${name}`]?.version
}

function parsed<S extends z.ZodType>(text: string, file: string, shape: S): z.output<S> {
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : cause.message
    throw new SignalboxError(
      "CONFIG_INVALID",
      { what: `${file} cannot be read`, where: file, why },
      { cause },
    )
  }
}
