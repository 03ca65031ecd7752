import { Recorder } from "./recorder.ts"

type Packages = Readonly<Record<string, string>>

/** A lock file as npm writes it (version 3), reduced to what a scanner reads. */
function packageLock(dependencies: Packages, development: Packages = {}): string {
  const entry = (names: Packages, extra: object) =>
    Object.entries(names).map(([name, version]) => [`node_modules/${name}`, { version, ...extra }] as const)
  const root = { name: "app", version: "1.0.0", dependencies, devDependencies: development }
  const packages = Object.fromEntries([
    ["", root] as const,
    ...entry(dependencies, {}),
    ...entry(development, { dev: true }),
  ])
  return `${JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages }, null, 2)}\n`
}

/**
 * @param database directory with trivy.db and metadata.json, as toolchain/advisories makes it
 * @param image OCI layout of the image nginx, as toolchain/images makes it
 */
export function recordTrivy(binary: string, database: string, image: string): void {
  const recorder = new Recorder("trivy", binary)
  recorder.directory("cache/db", database)
  const scan = (target: string, cache = "cache") => [
    "fs",
    "--quiet",
    "--scanners",
    "vuln",
    "--format",
    "json",
    "--output",
    "report.json",
    "--exit-code",
    "10",
    "--skip-db-update",
    "--skip-java-db-update",
    "--skip-version-check",
    "--disable-telemetry",
    "--offline-scan",
    "--cache-dir",
    cache,
    target,
  ]
  const record = (name: string, about: string, args: readonly string[]) =>
    recorder.record(name, { about, args, report: "report.json" })

  recorder.file("clean/package-lock.json", packageLock({ lodash: "4.17.21", axios: "1.12.2" }))
  record("clean", "a lock file with fixed versions", scan("clean"))
  recorder.file(
    "vulnerable/package-lock.json",
    packageLock({ lodash: "4.17.4", minimist: "1.2.0", axios: "1.12.2" }, { semver: "7.0.0" }),
  )
  record(
    "findings",
    "lodash 4.17.4 and minimist 1.2.0; semver 7.0.0 is a development dependency",
    scan("vulnerable"),
  )
  record("findings-with-development", "the same, development dependencies too", [
    ...scan("vulnerable"),
    "--include-dev-deps",
  ])
  recorder.file("languages/requirements.txt", "requests==2.30.0\nPyYAML==5.3\n")
  recorder.file(
    "languages/go.mod",
    "module example.com/app\n\ngo 1.24\n\nrequire github.com/dgrijalva/jwt-go v3.2.0+incompatible\n",
  )
  recorder.file(
    "languages/pom.xml",
    `<project><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>app</artifactId>
<version>1.0.0</version><dependencies><dependency><groupId>org.apache.logging.log4j</groupId>
<artifactId>log4j-core</artifactId><version>2.14.1</version></dependency></dependencies></project>\n`,
  )
  record("findings-other-languages", "pip, Go and Maven in one directory", scan("languages"))
  recorder.file("nothing/README.md", "# nothing to scan\n")
  record("no-lock-file", "a directory without any lock file", scan("nothing"))
  recorder.file("broken/package-lock.json", '{ "lockfileVersion": 3, "packages": {\n')
  record("broken-lock-file", "a lock file that is no JSON", scan("broken"))
  record("error-no-database", "no database in the cache directory", scan("vulnerable", "empty-cache"))
  recorder.file("damaged-cache/db/trivy.db", "this is not a bbolt file")
  recorder.directory("damaged-cache/db/metadata", database)
  recorder.prepare("mv", ["damaged-cache/db/metadata/metadata.json", "damaged-cache/db/metadata.json"])
  record("error-damaged-database", "a database that is no database", scan("vulnerable", "damaged-cache"))
  record("error-no-target", "the target does not exist", scan("nowhere"))
  recorder.directory("image", image)
  record("image", "an image of Debian packages, which the database knows nothing of", [
    "image",
    ...scan("").slice(1, -1),
    "--list-all-pkgs",
    "--input",
    "image",
  ])
  recorder.record("version", {
    about: "version and database",
    args: ["version", "--format", "json", "--cache-dir", "cache"],
  })
  recorder.finish("0.74.0")
}
