import { type ErrorCode, SignalboxError } from "../domain/errors.ts"
import { nearest } from "../domain/nearest.ts"
import type { Component } from "../languages/catalogue.ts"
import { visible } from "./problem.ts"
import type { SignalboxConfig } from "./schema/signalbox.ts"

/** The component of that name. @throws UNKNOWN_COMPONENT with the nearest one. */
export function componentNamed(config: Pick<SignalboxConfig, "components">, name: string): Component {
  const found = Object.hasOwn(config.components, name) ? config.components[name] : undefined
  if (found !== undefined) return found
  throw unknown("UNKNOWN_COMPONENT", "component", name, Object.keys(config.components))
}

/** The name of an environment of this project. @throws UNKNOWN_ENVIRONMENT with the nearest one. */
export function environmentNamed(config: Pick<SignalboxConfig, "environments">, name: string): string {
  if (config.environments.includes(name)) return name
  throw unknown("UNKNOWN_ENVIRONMENT", "environment", name, config.environments)
}

function unknown(code: ErrorCode, what: string, name: string, names: readonly string[]): SignalboxError {
  const found = nearest(name, names)
  return new SignalboxError(code, {
    what: `there is no ${what} ${visible(JSON.stringify(name))}`,
    why: `signalbox.yaml has ${names.join(", ")}`,
    next: found === undefined ? `name one of them` : `did you mean ${JSON.stringify(found)}?`,
  })
}
