import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { Job } from "./job.ts"
import { besideComponent } from "./reason.ts"

/** Where tools leave their reports in the modules, and the directory of `out` that gets them. */
const reports = [
  { to: "junit", from: "**/target/{surefire,failsafe}-reports/TEST-*.xml" },
  { to: "coverage", from: "**/target/site/jacoco*/jacoco.xml" },
  { to: "lint", from: "**/target/checkstyle-result.xml" },
] as const

/** Brings the reports of all modules to `out`, under one name each, with places that lead into the source tree. */
export function collect(job: Job): void {
  for (const { to, from } of reports)
    for (const path of globSync(from, { cwd: job.root }).sort()) {
      const text = readFileSync(join(job.root, path), "utf8")
      const file = join(job.out, to, nameOf(path))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, to === "coverage" ? text : withPlaces(text, join(job.root, path), job))
    }
}

/** `service/target/surefire-reports/TEST-a.xml` as `service.surefire-reports.TEST-a.xml`. */
function nameOf(path: string): string {
  return path.replace(/(^|\/)target\//, "$1").replaceAll("/", ".")
}

/**
 * Paths of the container become paths beside the component, and `RateTest.java:12` of a stack trace becomes the path of the
 * module's own file of that package, where there is one.
 */
export function withPlaces(text: string, report: string, job: Pick<Job, "root" | "component">): string {
  const module = report.slice(0, report.indexOf("/target/"))
  const plain = text.replaceAll(new RegExp(`${escaped(job.root)}/([^"'<>\\s:]+)`, "g"), (_, path: string) =>
    besideComponent(join(job.root, path), job),
  )
  return plain.replaceAll(
    /(\bat (?:[\w.$-]+\/)?)((?:[\w$]+\.)+)([\w$]+)\.([\w$<>]+)\(([\w$]+\.\w+):(\d+)\)/g,
    (all, at: string, packages: string, type: string, method: string, name: string, line: string) => {
      const own = ["src/test/java", "src/main/java", "src/test/kotlin", "src/main/kotlin"]
        .map((root) => join(module, root, packages.replaceAll(".", "/"), name))
        .find((file) => existsSync(file))
      if (own === undefined) return all
      return `${at}${packages}${type}.${method}(${besideComponent(own, job)}:${line})`
    },
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** What javac said through Maven, with places beside the component: each line once, and how many files it compiled. */
export function compilerLines(output: string, job: Pick<Job, "root" | "component">): string {
  const lines = output
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) =>
      line.replace(
        /(\[(?:ERROR|WARNING)\] )(\/\S.*?)(:\[\d)/,
        (all, mark: string, file: string, end: string) =>
          relative(job.root, file).startsWith("..") ? all : `${mark}${besideComponent(file, job)}${end}`,
      ),
    )
  return `${lines.join("\n")}\n`
}
