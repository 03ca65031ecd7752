import { type DatabaseIdentity, SignalboxError } from "../../domain/index.ts"
import type { DatabaseName } from "../../toolbox/index.ts"
import { readDatabaseMetadata } from "../formats/database.ts"
import type { AdvisoryDatabase } from "../gate.ts"

/**
 * A database as evidence states it. @param file whose digest it has where it is an image without one. Default: that of all its files
 * @throws DATABASE_MISSING where it is another one than the toolbox says; OUTPUT_UNREADABLE where it says no date
 */
export async function databaseIdentity(
  { files, name, digest, source }: AdvisoryDatabase,
  kind: DatabaseName,
  file?: string,
): Promise<DatabaseIdentity> {
  const metadata = readDatabaseMetadata(await files.file("metadata.json").contents())
  if (metadata.name !== undefined && metadata.name !== name)
    throw new SignalboxError("DATABASE_MISSING", {
      what: `the advisory database calls itself ${metadata.name}, the toolbox calls it ${name}`,
      next: `name it as it is in toolbox.yaml: databases.${kind}.name`,
    })
  const { date, entries } = metadata
  const content = file === undefined ? files : files.file(file)
  return {
    ...{ name, date, digest: digest === "unresolved" ? await content.digest() : digest },
    ...(source === undefined ? {} : { source }),
    ...(entries === undefined ? {} : { entries }),
  }
}
