import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"

const packageShape = z.looseObject({ scripts: z.record(z.string(), z.string()).default({}) })
const lockShape = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })).default({}),
})
const lockedShape = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ dev: z.boolean().optional(), link: z.boolean().optional() }),
  ),
})

/** The scripts and the keys of a `package.json`. @throws CONFIG_INVALID */
export function manifestIn(
  text: string,
  file: string,
): { readonly scripts: Readonly<Record<string, string>>; readonly keys: readonly string[] } {
  const manifest = parsed(text, file, packageShape)
  return { scripts: manifest.scripts, keys: Object.keys(manifest) }
}

/** Version of a top-level package in a lock file; undefined where it has none. @throws CONFIG_INVALID */
export function versionsIn(text: string, file: string): (name: string) => string | undefined {
  const { packages } = parsed(text, file, lockShape)
  return (name) => packages[`node_modules/${name}`]?.version
}

/** Number of production packages in a lock file (version 2 or 3). @throws CONFIG_INVALID */
export function productionPackages(text: string, file: string): number {
  const { packages } = parsed(text, file, lockedShape)
  return Object.entries(packages).filter(
    ([path, { dev, link }]) => path !== "" && dev !== true && link !== true,
  ).length
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
