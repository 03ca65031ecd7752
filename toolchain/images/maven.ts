import { createHash } from "node:crypto"
import { readFile, rename } from "node:fs/promises"
import { join } from "node:path"
import { ensureDebianPackages } from "../debian.ts"
import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"

/** SHA-256 of the archive that Maven Central serves under this version. */
const sha256 = "5af3b743dd8b876b5c45da33b676251e5f1687712644abb4ee519ca56e1d89ce"
const fetcher = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"

/**
 * Maven from Maven Central, fetched by Debian's older one: projects' wrappers name versions that Debian does not have. Output:
 * the directory `maven`.
 */
export const mavenDistribution: Step = {
  id: "maven-distribution",
  title: `Fetch Maven ${versions.maven}`,
  needs: [],
  inputs: { files: ["toolchain/images/maven.ts"], values: [versions.maven] },
  heavy: false,
  async run(ctx) {
    await ensureDebianPackages(["maven", "unzip"], ctx.log)
    const artifact = `org.apache.maven:apache-maven:${versions.maven}:zip:bin`
    const work = join(ctx.out, "work")
    const repository = join(work, "repository")
    await ctx.exec("mvn", [
      ...["--batch-mode", "--no-transfer-progress", `-Dmaven.repo.local=${repository}`, fetcher],
      ...[`-Dartifact=${artifact}`, `-DoutputDirectory=${work}`],
    ])
    const name = `apache-maven-${versions.maven}`
    const archive = join(work, `${name}-bin.zip`)
    const found = createHash("sha256")
      .update(await readFile(archive))
      .digest("hex")
    if (found !== sha256) throw new Error(`${archive} has the digest ${found}, and not ${sha256}`)
    await ctx.exec("unzip", ["-q", archive, "-d", work])
    await rename(join(work, name), join(ctx.out, "maven"))
    await ctx.exec("rm", ["-r", work])
  },
}
