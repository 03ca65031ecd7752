import { mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { StepContext } from "../../steps/index.ts"

/** A line of `dpkg-deb --contents`: rights, owner, size, date, time, path, and the target of a link. */
const line = /^\S+ +\S+ +\d+ +\d{4}-\d\d-\d\d +\d\d:\d\d +\.(\/.*?)(?: -> .*| link to .*)?$/

/** The paths that a package installs, as its list in dpkg's directory has them. */
export function pathsOf(contents: string): readonly string[] {
  return contents.split("\n").flatMap((text) => {
    if (text === "") return []
    const [, path] = line.exec(text) ?? []
    if (path === undefined) throw new Error(`not a line of dpkg-deb --contents: ${text}`)
    return path === "/" ? [] : [path.replace(/\/$/, "")]
  })
}

/** The paragraph of a package as the status file of a system has it. */
export function statusOf(control: string): { readonly name: string; readonly text: string } {
  const name = /^Package: (\S+)$/m.exec(control)?.[1]
  if (name === undefined) throw new Error(`no paragraph of a package: ${control.slice(0, 80)}`)
  return {
    name,
    text: control.trim().replace(/^Package: .*$/m, (first) => `${first}\nStatus: install ok installed`),
  }
}

/**
 * Writes down in a system what was unpacked there, as dpkg does where it installs: which package a file comes from, in which version. Of
 * archives that lie in apt's cache.
 */
export async function writeStatus(system: string, exec: StepContext["exec"]): Promise<string> {
  const archives = join(system, "var/cache/apt/archives")
  const info = join(system, "var/lib/dpkg/info")
  await mkdir(info, { recursive: true })
  const paragraphs: string[] = []
  for (const file of (await readdir(archives)).filter((name) => name.endsWith(".deb")).sort()) {
    const archive = join(archives, file)
    const { name, text } = statusOf(await exec("dpkg-deb", ["--field", archive], { quiet: true }))
    const paths = pathsOf(await exec("dpkg-deb", ["--contents", archive], { quiet: true }))
    await writeFile(join(info, `${name}.list`), `${paths.join("\n")}\n`)
    paragraphs.push(text)
  }
  const status = `${paragraphs.join("\n\n")}\n`
  await writeFile(join(system, "var/lib/dpkg/status"), status)
  return status
}
