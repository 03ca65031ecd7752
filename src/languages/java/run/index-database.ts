/**
 * `node index-database.ts FACTS DIRECTORY`
 *
 * Trivy knows a jar that says nothing of itself by its digest, and by a database of all that Maven Central has ever had. For an
 * image that was built here, what Maven resolved tells more: also of private repositories, and with no download. The tables are
 * those of Trivy's Java database, schema 1.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Artifact, Facts } from "./job.ts"

const tables = [
  "CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)",
  "CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT, foreign key (artifact_id) references artifacts(id))",
  "CREATE UNIQUE INDEX artifacts_idx ON artifacts(artifact_id, group_id)",
  "CREATE INDEX indices_artifact_idx ON indices(artifact_id)",
  "CREATE UNIQUE INDEX indices_sha1_idx ON indices(sha1)",
]

export function writeIndex(artifacts: readonly Artifact[], directory: string): void {
  mkdirSync(directory, { recursive: true })
  const database = new DatabaseSync(join(directory, "trivy-java.db"))
  // One transaction: each would wait for the disk.
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
  for (const table of tables) database.exec(table)
  const name = database.prepare("INSERT OR IGNORE INTO artifacts(group_id, artifact_id) VALUES (?, ?)")
  const version = database.prepare(
    "INSERT OR IGNORE INTO indices(artifact_id, version, sha1, archive_type) VALUES ((SELECT id FROM artifacts WHERE group_id=? AND artifact_id=?), ?, ?, 'jar')",
  )
  for (const { group, artifact, version: of, sha1 } of artifacts) {
    name.run(group, artifact)
    version.run(group, artifact, of, Buffer.from(sha1, "hex"))
  }
  database.exec("COMMIT")
  database.close()
  const never = "2000-01-01T00:00:00Z"
  const metadata = { Version: 1, NextUpdate: never, UpdatedAt: never, DownloadedAt: never }
  writeFileSync(join(directory, "metadata.json"), `${JSON.stringify(metadata)}\n`)
}

if (import.meta.main) {
  const [file = "", directory = ""] = process.argv.slice(2)
  const facts = JSON.parse(readFileSync(file, "utf8")) as Facts
  writeIndex(facts.packages.production, directory)
}
