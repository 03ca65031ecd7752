import { componentNamed, type SignalboxConfig } from "../../config/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { stackServices } from "../../services/index.ts"
import type { Forwarded } from "../../stack/index.ts"
import type { EndToEndSettings } from "./settings.ts"

type Configured = Pick<SignalboxConfig, "components" | "stack">

/**
 * Where the tests find the application: URL_NAME of each component, and BASE_URL, which Playwright itself knows by another name. A browser
 * keeps cookies that ask for TLS, and runs service workers, at localhost alone; hosts called app or dev it asks by TLS, whatever is said.
 * @throws CONFIG_INVALID where it is not clear which component BASE_URL leads to
 */
export function addresses(
  config: Configured,
  { component, environment }: Pick<EndToEndSettings, "component" | "environment">,
  forwarded: readonly Pick<Forwarded, "name" | "host">[],
): Readonly<Record<string, string>> {
  const services = stackServices(config)
  const serving = forwarded.flatMap(({ name, host }) => {
    const service = services[name]
    return service?.kind === "component" ? [{ of: service.component, url: `http://localhost:${host}` }] : []
  })
  // Of two services of one component, that is the first.
  const urls = Object.fromEntries([...serving].reverse().map(({ of, url }) => [variableOf(of), url]))
  const base = environment.BASE_URL ?? urls[variableOf(tested(config, component))] ?? ""
  return { ...urls, BASE_URL: base, PLAYWRIGHT_TEST_BASE_URL: base, ...environment }
}

function variableOf(component: string): string {
  return `URL_${component.toUpperCase().replaceAll("-", "_")}`
}

/** The component that the tests begin at. */
function tested(config: Configured, named: string | undefined): string {
  if (named !== undefined) {
    componentNamed(config, named)
    return named
  }
  const names = Object.keys(config.components)
  const pages = names.filter((name) => {
    const one = componentNamed(config, name)
    return "kind" in one && one.kind === "static"
  })
  const [only, ...others] = pages.length > 0 ? pages : names
  if (only !== undefined && others.length === 0) return only
  throw new SignalboxError("CONFIG_INVALID", {
    what: "it is not known which component the tests begin at",
    where: "signalbox.yaml: gates.end-to-end.component",
    why: `${[only, ...others].join(", ")} could be meant by BASE_URL`,
    next: "name the component, or give BASE_URL in environment",
  })
}
