/**
 * Trivy's databases as OCI artifacts: one layer, an archive of two files. Read in aquasecurity/trivy at
 * dc3c56eed58ab21c7e08d26757c517bc946a86c5 (pkg/db/db.go, pkg/javadb/client.go, pkg/oci/artifact.go), in trivy-db at
 * a0049d7ad12f983e2a14b3c74a0aa914de741af0 and in trivy-java-db (Makefile, .github/workflows/cron.yml).
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
} as const satisfies Readonly<Record<string, DatabaseKind>>

interface DatabaseKind {
  /** Media type of the one layer. */
  readonly layer: string
  /** Files of its archive. */
  readonly files: readonly string[]
}

export type DatabaseKindName = keyof typeof databaseKinds
