import { lstat, readdir, readFile, readlink } from "node:fs/promises"
import { join } from "node:path"
import { linksOf } from "./elf.ts"

/**
 * Paths of all libraries that a program of a system is linked to, and of its loader: what `ldd` tells where it can be run. The system has a
 * merged /usr.
 * @throws where one is not there
 */
export async function linkedByHeaders(system: string, program: string): Promise<readonly string[]> {
  const places = await librariesOf(system)
  const found = new Set<string>()
  const read = async (path: string): Promise<void> => {
    const { interpreter, needed } = linksOf(await readFile(join(system, await fileOf(system, path))))
    const paths = [
      ...(interpreter === undefined ? [] : [interpreter]),
      ...(await Promise.all(needed.map((name) => placed(path, name)))),
    ].filter((one) => !found.has(one))
    for (const one of paths) found.add(one)
    for (const one of paths) await read(one)
  }
  const placed = async (by: string, name: string): Promise<string> => {
    for (const place of places) {
      const path = `${place}/${name}`
      if (await isThere(join(system, path))) return path
    }
    throw new Error(`${by} lacks a library: ${name} is not in ${places.join(", ")}`)
  }
  await read(program)
  return [...found].sort()
}

/** Where Debian's loaders look. */
async function librariesOf(system: string): Promise<readonly string[]> {
  const names = await readdir(join(system, "usr/lib"))
  return [
    ...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => `/usr/lib/${name}`),
    "/usr/lib",
  ]
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** Links on the way end in others before one is a circle. */
const mostLinks = 40

/** The file that a path of the system is: its links mean paths of that system, and none of this machine. */
async function fileOf(system: string, path: string): Promise<string> {
  let left = path.split("/").filter(Boolean)
  let done: string[] = []
  for (let links = 0; left.length > 0; ) {
    const [name = "", ...rest] = left
    left = rest
    if (name === "." || name === "..") {
      if (name === "..") done = done.slice(0, -1)
      continue
    }
    const next = [...done, name].join("/")
    if (!(await lstat(join(system, next))).isSymbolicLink()) {
      done = [...done, name]
      continue
    }
    if (++links > mostLinks) throw new Error(`${path} leads in a circle`)
    const target = await readlink(join(system, next))
    if (target.startsWith("/")) done = []
    left = [...target.split("/").filter(Boolean), ...left]
  }
  return done.join("/")
}
