import { stringify } from "yaml"
import { type BackingName, backing } from "./backing.ts"
import { hostPorts, pagePort, pageRanges } from "./ports.ts"
import { componentLimits, replicasOf, serviceLimits } from "./production.ts"

/** How Compose builds a component. */
interface StackBuild {
  /** Directory, relative to the file. */
  readonly context: string
  readonly dockerfile: string
  readonly target?: string | undefined
  readonly args: Readonly<Record<string, string>>
}

/** A component, as far as a stack needs to know it. */
export interface StackComponent {
  readonly name: string
  /** `REPOSITORY@DIGEST`, or how its Dockerfile builds it. */
  readonly from: { readonly image: string } | { readonly build: StackBuild }
  readonly port?: number | undefined
  readonly user?: number | undefined
  /** Whether it serves the pages that people open. */
  readonly pages: boolean
}

/** A stack of components and of what they need beside them. */
export interface Stack {
  readonly project: string
  readonly components: readonly StackComponent[]
  readonly services: readonly BackingName[]
  /** Version that its components are told; nothing for a build. */
  readonly version?: string | undefined
  /** Several of each component, limits, and passwords where there are none on a developer's machine. Default: false. */
  readonly production?: boolean
}

const productionHead = `# Like production: several of each component, which reach each other by name, limits, and a password for Redis. Only pages have a port
# on this machine, one for each of them. There is no TLS and no monitoring in it.
`

const head = `# Written by Signalbox: dagger call compose. Components by digest, as they run in a cluster: as their own user, without
# capabilities, with nothing but /tmp to write. Every port is on loopback alone. No secret stands here: a variable that is
# asked for comes from the shell, or from a file .env that git ignores.
`

/**
 * The docker-compose.yaml of a stack. Components are reached by their names, as by the names of their Services in a cluster. Their
 * images have their own health checks.
 */
export function composeFile(stack: Stack): string {
  const { project, components, services, version, production = false } = stack
  // What listens on no port takes none from others.
  const wanted = components.flatMap(({ name, port, pages }) =>
    port === undefined ? [] : [{ name, port: pages ? pagePort : port }],
  )
  const ports = hostPorts(
    wanted,
    services.map((name) => backing(name).port[0]),
  )
  const ranges = pageRanges(
    components.filter(({ pages }) => pages).map(({ name }) => name),
    replicasOf({ pages: true }),
    services.map((name) => backing(name).port[0]),
  )
  const placed = (name: string) => (production ? ranges.get(name) : ports.get(name))
  const volumes = services.filter((name) => backing(name).data !== undefined)
  const file = {
    name: project,
    services: Object.fromEntries([
      ...components.map((one) => [
        one.name,
        componentService(one, placed(one.name), { services, version, production }),
      ]),
      ...services.map((name) => [name, backingService(name, production)]),
    ]),
    ...(volumes.length === 0
      ? {}
      : { volumes: Object.fromEntries(volumes.map((name) => [`${name}-data`, {}])) }),
  }
  // In quotes, so that no reader of YAML 1.1 takes a text for a number, a switch or a time.
  return (
    (production ? head + productionHead : head) +
    stringify(file, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" })
  )
}

function componentService(
  { from, port, user, pages }: StackComponent,
  host: number | undefined,
  { services, version, production }: Pick<Stack, "services" | "version"> & { readonly production: boolean },
): object {
  const count = replicasOf({ pages })
  const shown = production && host !== undefined ? `${host}-${host + count - 1}` : host
  const environment = {
    ...(version === undefined ? {} : { APP_VERSION: version }),
    ...(production
      ? Object.assign({}, ...services.map((name) => backing(name).production?.forComponents ?? {}))
      : {}),
  }
  const waitsFor = services.filter((name) => backing(name).health !== undefined)
  return {
    ...("image" in from ? from : { build: buildOf(from.build) }),
    ...(user === undefined ? {} : { user: `${user}:${user}` }),
    read_only: true,
    tmpfs: ["/tmp"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    ...(port === undefined || shown === undefined ? {} : { ports: [`127.0.0.1:${shown}:${port}`] }),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    ...(production ? { deploy: { replicas: count, ...componentLimits } } : {}),
    ...(waitsFor.length === 0
      ? {}
      : { depends_on: Object.fromEntries(waitsFor.map((name) => [name, { condition: "service_healthy" }])) }),
    restart: "unless-stopped",
  }
}

function buildOf({ context, dockerfile, target, args }: StackBuild): object {
  const given = Object.entries(args).map(([name, value]) => [name, literal(value)] as const)
  return {
    context: literal(`./${context}`),
    dockerfile: literal(dockerfile),
    ...(target === undefined ? {} : { target: literal(target) }),
    ...(given.length === 0 ? {} : { args: Object.fromEntries(given) }),
  }
}

/** Compose fills in variables after a dollar; ours are what they are. */
const literal = (text: string): string => text.replaceAll("$", "$$$$")

function backingService(name: BackingName, isProduction: boolean): object {
  const { image, port, data, health, shows, ...own } = backing(name)
  const more = isProduction ? own.production : undefined
  const command = [...(own.command ?? []), ...(more?.command ?? [])]
  const environment = more === undefined ? own.environment : { ...own.environment, ...more.environment }
  return {
    image,
    ...(command.length === 0 ? {} : { command }),
    ...(environment === undefined ? {} : { environment }),
    security_opt: ["no-new-privileges:true"],
    ports: [`127.0.0.1:${port.join(":")}`],
    ...(data === undefined ? {} : { volumes: [`${name}-data:${data}`] }),
    ...(health === undefined
      ? {}
      : {
          healthcheck: {
            test: ["CMD", ...health],
            interval: "10s",
            timeout: "3s",
            retries: 5,
            start_period: "10s",
          },
        }),
    ...(shows === undefined ? {} : { depends_on: { [shows]: { condition: "service_healthy" } } }),
    ...(isProduction ? { deploy: serviceLimits } : {}),
    restart: "unless-stopped",
  }
}
