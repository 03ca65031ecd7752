import { type Container, dag, type Service } from "@dagger.io/dagger"
import type { BackingService } from "../languages/index.ts"
import { program, type ToolboxFile, toolContainer, whyFailed, withVariables } from "../toolbox/index.ts"

/** What services are made of. */
export interface ServiceSource {
  readonly toolbox: ToolboxFile
  /** The built image of a component, and the port on which it listens; undefined: on none. */
  component(name: string): Promise<{ readonly container: Container; readonly port: number | undefined }>
}

type Named = Readonly<Record<string, BackingService>>
/** Services by the names under which they are reached, with the ports on which they listen; undefined: it serves nobody, and runs. */
export type Started = readonly {
  readonly name: string
  readonly service: Service
  readonly port: number | undefined
}[]

/** A container with services beside it, and the services by name. */
export interface WithServices {
  readonly container: Container
  readonly services: Started
}

const postgresProgram = "/signalbox/postgres.sh"

/**
 * A container in which services are reached by their names. Each is started for the execs of this container and gone after them,
 * with what it stored; each reaches those that are named before it. The engine waits until their ports are open.
 */
export async function withServices(
  container: Container,
  services: Named,
  source: ServiceSource,
): Promise<WithServices> {
  // Images of components are built at once; each is bound to those before it afterwards.
  const prepared = await Promise.all(
    Object.entries(services).map(async ([name, service]) => ({
      name,
      ...(await containerOf(service, source)),
    })),
  )
  const started: Started[number][] = []
  for (const { name, container, port, start } of prepared) {
    const reaching = bound(container, started)
    const exposed = port === undefined ? reaching : reaching.withExposedPort(port)
    started.push({ name, port, service: exposed.asService(start).withHostname(name) })
  }
  return { container: bound(container, started), services: started }
}

/**
 * Why the first of the services that does not start does not; undefined where all do. Asked after the tests did not come to an end: the
 * engine says then what a service said last, and not which one it was.
 */
export async function notStarted(services: Started): Promise<string | undefined> {
  for (const { name, service } of services) {
    const why = await service.start().then(
      () => undefined,
      (thrown: unknown) => whyFailed(thrown),
    )
    if (why !== undefined) return `its service ${name} does not start: ${why}`
  }
  return undefined
}

const bound = (container: Container, services: Started): Container =>
  services.reduce((one, { name, service }) => one.withServiceBinding(name, service), container)

interface Prepared {
  readonly container: Container
  readonly port: number | undefined
  readonly start: { readonly args?: string[]; readonly useEntrypoint?: boolean }
}

async function containerOf(service: BackingService, source: ServiceSource): Promise<Prepared> {
  switch (service.kind) {
    case "postgres":
      return {
        container: toolContainer(source.toolbox, "postgres")
          .withUser("postgres")
          .withFile(postgresProgram, program("src/services/postgres.sh")),
        port: 5432,
        start: { args: ["sh", postgresProgram, service.database, service.user] },
      }
    case "redis":
      return {
        container: toolContainer(source.toolbox, "redis"),
        port: 6379,
        // Nothing is kept, and the tests come from another address than its own.
        start: { args: ["redis-server", "--save", "", "--appendonly", "no", "--protected-mode", "no"] },
      }
    case "component": {
      const { container, port } = await source.component(service.component)
      return {
        ...{ container: withVariables(container, service.environment), port },
        start: { useEntrypoint: true },
      }
    }
    case "image":
      return {
        container: withVariables(dag.container().from(service.image), service.environment),
        port: service.port,
        start: { useEntrypoint: true },
      }
  }
}
