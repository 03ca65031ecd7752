import type { SignalboxConfig } from "../config/index.ts"
import type { BackingService } from "../languages/index.ts"

type Configured = Pick<SignalboxConfig, "components" | "stack">

/** Everything that a project's stack starts: what the configuration lists, and after it each component that it leaves out. */
export function stackServices({ components, stack }: Configured): Readonly<Record<string, BackingService>> {
  const listed = Object.values(stack)
  const others = Object.keys(components).filter(
    (name) => !listed.some((one) => one.kind === "component" && one.component === name),
  )
  const alone = (name: string): BackingService => ({ kind: "component", component: name, environment: {} })
  return { ...stack, ...Object.fromEntries(others.map((name) => [name, alone(name)])) }
}
