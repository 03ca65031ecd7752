/** A service beside the components, as a container of a public image. */
interface BackingService {
  readonly image: string
  /** `HOST:CONTAINER`; on loopback alone. */
  readonly port: readonly [host: number, container: number]
  readonly command?: readonly string[]
  /** Variables; a value in `${…}` comes from the shell or a file `.env`, and the stack does not start without it. */
  readonly environment?: Readonly<Record<string, string>>
  /** Directory that outlives the container, on a named volume. */
  readonly data?: string
  /** What it has besides where the stack is to be like production: a password that everybody who reaches it needs. */
  readonly production?: {
    readonly command: readonly string[]
    readonly environment: Readonly<Record<string, string>>
    /** What components need to reach it then. */
    readonly forComponents: Readonly<Record<string, string>>
  }
  /** What says that it can serve. */
  readonly health?: readonly string[]
  /** The service that it shows, which has to be there, too. */
  readonly shows?: string
}

const required = (name: string): string =>
  `\${${name}:?set it in the shell or in a file .env beside this one}`

/** What a stack may have beside the components, each on the port where people look for it. */
export const backingServices = {
  postgres: {
    image: "docker.io/library/postgres:15",
    port: [5432, 5432],
    environment: { POSTGRES_PASSWORD: required("POSTGRES_PASSWORD") },
    data: "/var/lib/postgresql/data",
    health: ["pg_isready", "--username", "postgres"],
  },
  redis: {
    image: "docker.io/library/redis:7",
    port: [6379, 6379],
    command: ["redis-server", "--appendonly", "yes"],
    production: {
      command: ["--requirepass", required("REDIS_PASSWORD")],
      // By it redis-cli signs in, for the health check.
      environment: { REDISCLI_AUTH: required("REDIS_PASSWORD") },
      forComponents: { REDIS_PASSWORD: required("REDIS_PASSWORD") },
    },
    data: "/data",
    health: ["redis-cli", "ping"],
  },
  mongo: {
    image: "docker.io/library/mongo:6",
    port: [27017, 27017],
    data: "/data/db",
    health: ["mongosh", "--quiet", "--eval", "db.adminCommand('ping').ok || quit(1)"],
  },
  pgadmin: {
    image: "docker.io/dpage/pgadmin4:latest",
    port: [5050, 80],
    environment: {
      PGADMIN_DEFAULT_EMAIL: required("PGADMIN_EMAIL"),
      PGADMIN_DEFAULT_PASSWORD: required("PGADMIN_PASSWORD"),
    },
    data: "/var/lib/pgadmin",
    shows: "postgres",
  },
  "redis-commander": {
    image: "ghcr.io/joeferner/redis-commander:latest",
    port: [8081, 8081],
    environment: { REDIS_HOSTS: "local:redis:6379" },
    production: {
      command: [],
      environment: { REDIS_HOSTS: `local:redis:6379:0:${required("REDIS_PASSWORD")}` },
      forComponents: {},
    },
    shows: "redis",
  },
} as const satisfies Readonly<Record<string, BackingService>>

export type BackingName = keyof typeof backingServices

export const backingNames = Object.keys(backingServices) as BackingName[]

export const backing = (name: BackingName): BackingService => backingServices[name]
