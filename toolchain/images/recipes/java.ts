import { versions } from "../../versions.ts"
import { mavenDistribution } from "../maven.ts"
import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import { app, donorSet, ground, searchPath } from "./common.ts"

/** A JDK; what Node is linked to, because our programs read beside Maven what it says; git, because builds ask for commits. */
export const jdkSet: DebianSet = {
  name: "jdk",
  packages: ["git", "libstdc++6", "openjdk-17-jdk-headless"],
}

const home = "/usr/lib/jvm/java-17-openjdk-amd64"

/** Builds and checks services on the JVM. */
export const maven: Recipe = {
  name: "maven",
  version: versions.maven,
  description: "Maven with OpenJDK 17 on Debian",
  source: "https://github.com/apache/maven",
  licenses: "Apache-2.0 AND GPL-2.0-only WITH Classpath-exception-2.0 AND LicenseRef-Debian",
  content: [
    { debian: jdkSet.name },
    { step: mavenDistribution.id, directory: "maven", to: "usr/share/maven" },
    { symlink: "usr/local/bin/mvn", target: "/usr/share/maven/bin/mvn" },
    { addUsers: [app], to: jdkSet.name },
    { directory: "home/app", mode: 0o755, owner: app.id },
  ],
  env: { PATH: searchPath, JAVA_HOME: home, LANG: "C.UTF-8" },
  command: ["mvn"],
  compression: 1,
}

/** What a Java runtime is linked to, and nothing else: services bring a runtime of their own, made by jlink. */
export const javaBase: Recipe = {
  name: "java-base",
  version: versions.debian,
  description: "The libraries that a Java runtime is linked to",
  source: "https://www.debian.org",
  licenses: "LicenseRef-Debian",
  content: [
    ...ground([app]),
    {
      from: donorSet,
      collect: { programs: [], libraries: ["libc6", "libgcc-s1", "libstdc++6", "zlib1g"] },
    },
    { directory: "home/app", mode: 0o755, owner: app.id },
  ],
  env: { PATH: searchPath, HOME: app.home, LANG: "C.UTF-8" },
  user: `${app.id}:${app.id}`,
  workingDirectory: app.home,
}
