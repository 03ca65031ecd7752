/**
 * Databases as OCI artifacts: one layer, an archive of files. Trivy's were read in aquasecurity/trivy at
 * dc3c56eed58ab21c7e08d26757c517bc946a86c5 (pkg/db/db.go, pkg/javadb/client.go, pkg/oci/artifact.go), in trivy-db at
 * a0049d7ad12f983e2a14b3c74a0aa914de741af0 and in trivy-java-db (Makefile, .github/workflows/cron.yml). That of OSV is a form of our own (docs/toolbox.md): what osv.dev publishes as
 * ECOSYSTEM/all.zip, as ECOSYSTEM.zip.
 */
export const databaseKinds = {
  trivy: {
    layer: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
    files: ["trivy.db", "metadata.json"],
  },
  trivyJava: {
    layer: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip",
    files: ["trivy-java.db", "metadata.json"],
  },
  osv: {
    layer: "application/vnd.signalbox.osv.layer.v1.tar+gzip",
    files: ["metadata.json"],
    others: /^[A-Za-z][\w.-]{0,60}\.zip$/,
  },
} as const satisfies Readonly<Record<string, DatabaseKind>>

interface DatabaseKind {
  /** Media type of the one layer. */
  readonly layer: string
  /** Files that its archive must have. */
  readonly files: readonly string[]
  /** Further ones, by their names: at least one of them. Default: none. */
  readonly others?: RegExp
}

export type DatabaseKindName = keyof typeof databaseKinds
