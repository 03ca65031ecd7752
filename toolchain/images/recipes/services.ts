import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import { app, ground, searchPath } from "./common.ts"

/** What integration tests have beside them. */
export const servicesSet: DebianSet = { name: "services", packages: ["postgresql-15", "redis-server"] }

/** Whole, because PostgreSQL makes a new database from templates, by a shell and programs of its own. */
export const postgres: Recipe = {
  name: "postgres",
  version: versions.postgres,
  description: "PostgreSQL on Debian, without a database",
  source: "https://www.postgresql.org",
  licenses: "PostgreSQL AND LicenseRef-Debian",
  content: [{ debian: servicesSet.name }],
  env: { PATH: `${searchPath}:/usr/lib/postgresql/15/bin` },
  command: ["bash"],
  compression: 1,
}

export const redis: Recipe = {
  name: "redis",
  version: versions.redis,
  description: "Redis with the libraries that it is linked to",
  source: "https://redis.io",
  licenses: "BSD-3-Clause",
  content: [...ground([app]), { from: servicesSet.name, collect: { programs: ["/usr/bin/redis-server"] } }],
  env: { PATH: searchPath },
  user: `${app.id}:${app.id}`,
  entrypoint: ["redis-server"],
  workingDirectory: "/tmp",
  ports: [6379],
}
