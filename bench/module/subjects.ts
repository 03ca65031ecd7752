import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { repositoryRoot } from "../../toolchain/paths.ts"
import { execute } from "../../toolchain/steps/index.ts"

/** A module that is measured. */
export interface Subject {
  readonly directory: string
  /** A cheap function whose body runs: the argument was never seen before. */
  warmCall(fresh: string): readonly string[]
  /** Changes one line of code inside a function body, to something that it never was. */
  editBody(fresh: string): Promise<void>
  /** Changes one line that the type definitions depend on. */
  editSignature(fresh: string): Promise<void>
}

/** Both modules in one scratch directory, which the caller removes. */
export interface Subjects {
  readonly ours: Subject
  readonly empty: Subject
  readonly root: string
}

const emptyModule = `import { func, object } from "@dagger.io/dagger"

/** An empty module */
@object()
export class Empty {
  /** Answers */
  @func()
  ping(text: string): string {
    return \`pong \${text}\`
  }
}
`

const emptyFiles = {
  "dagger.json": JSON.stringify({ name: "empty", engineVersion: "v0.21.7", sdk: { source: "typescript" } }),
  "package.json": JSON.stringify({ name: "empty", private: true, type: "module" }),
  "src/index.ts": emptyModule,
}

/** Copies the repository as it is committed, and makes an empty module beside it, each a repository of its own. */
export async function makeSubjects(): Promise<Subjects> {
  const root = await mkdtemp(join(tmpdir(), "signalbox-bench-"))
  const ours = join(root, "signalbox")
  await execute("git", ["clone", "--quiet", "--local", "--depth", "1", `file://${repositoryRoot}`, ours])
  const empty = join(root, "empty")
  await mkdir(join(empty, "src"), { recursive: true })
  for (const [name, text] of Object.entries(emptyFiles)) await writeFile(join(empty, name), text)
  await execute("git", ["init", "--quiet", empty])
  return {
    root,
    ours: subject(ours, ["build", "--component"], "return new Images(", "Images of the application"),
    empty: subject(empty, ["ping", "--text"], "return `pong", "Answers"),
  }
}

export const removeSubjects = ({ root }: Subjects): Promise<void> =>
  rm(root, { recursive: true, force: true })

function subject(directory: string, call: readonly string[], body: string, documentation: string): Subject {
  const file = join(directory, "src", "index.ts")
  const comment = new RegExp(`${documentation}( \\[[^\\]]*\\])?`)
  const edit = async (change: (line: string) => string): Promise<void> => {
    const lines = (await readFile(file, "utf8")).split("\n")
    const changed = lines.map(change)
    if (changed.join() === lines.join()) throw new Error(`${file} has no line to edit`)
    await writeFile(file, changed.join("\n"))
  }
  return {
    directory,
    warmCall: (fresh) => [...call, fresh],
    editBody: (fresh) =>
      edit((line) =>
        line.includes(body) ? line.replace(/(void '.*'; )?return/, `void '${fresh}'; return`) : line,
      ),
    editSignature: (fresh) => edit((line) => line.replace(comment, `${documentation} [${fresh}]`)),
  }
}
