import type { Directory } from "@dagger.io/dagger"
import { program, type ToolboxFile } from "../../toolbox/index.ts"
import { mavenContainer } from "./tools.ts"

/** Where an image has its Java runtime, and the classes of its health check. */
export const javaHome = "/opt/java"
export const healthClasses = "/opt/signalbox"

/** What every program may come to need without naming it: TLS with elliptic curves, zip file systems, name services. */
const always = ["java.base", "java.logging", "java.naming", "jdk.crypto.ec", "jdk.unsupported", "jdk.zipfs"]

/**
 * What Spring and the libraries around it find by reflection, so that no class names it: beans (`java.desktop`), agents,
 * management by JMX, scripting, transactions, Kerberos and SASL of drivers, XML signatures, flight recording.
 */
const spring = [
  ...[
    "java.desktop",
    "java.instrument",
    "java.management",
    "java.management.rmi",
    "java.net.http",
    "java.prefs",
  ],
  ...[
    "java.rmi",
    "java.scripting",
    "java.security.jgss",
    "java.security.sasl",
    "java.sql",
    "java.sql.rowset",
  ],
  ...["java.transaction.xa", "java.xml", "java.xml.crypto", "jdk.httpserver", "jdk.jfr", "jdk.management"],
  ...["jdk.management.agent", "jdk.naming.dns", "jdk.net", "jdk.security.auth"],
]

/**
 * The modules of the JDK that a runtime gets. Where jdeps could not tell them, that is every module of the Java platform: what is
 * missing shows only when a class is loaded.
 */
export function runtimeModules(
  facts: { readonly jdkModules: readonly string[]; readonly springBoot?: string | undefined },
  more: readonly string[],
): readonly string[] {
  const named = facts.jdkModules.length === 0 ? ["java.se"] : facts.jdkModules
  const reflective = facts.springBoot === undefined ? [] : spring
  return [...new Set([...always, ...named, ...reflective, ...more])].sort()
}

/** A Java runtime of these modules alone. Cached by their names: an edit of the sources links none. */
export function javaRuntime(toolbox: ToolboxFile, modules: readonly string[]): Directory {
  return mavenContainer(toolbox)
    .withExec([
      ...[
        "jlink",
        "--add-modules",
        modules.join(","),
        "--strip-java-debug-attributes",
        "--no-header-files",
        "--no-man-pages",
      ],
      ...["--compress=2", "--output", javaHome],
    ])
    .directory(javaHome)
}

/** The health check's class. */
export function healthProgram(toolbox: ToolboxFile): Directory {
  return mavenContainer(toolbox)
    .withFile("/health/Health.java", program("src/languages/java/run/Health.java"))
    .withExec(["javac", "--release", "17", "-g:none", "-d", healthClasses, "/health/Health.java"])
    .directory(healthClasses)
}

/** Arguments of the check: a small, short-lived JVM. */
export function healthcheck(port: number, path: string): readonly string[] {
  const small = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx16m"]
  return [`${javaHome}/bin/java`, ...small, "-cp", healthClasses, "Health", String(port), path]
}
