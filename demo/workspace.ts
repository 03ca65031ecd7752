import { execFile } from "node:child_process"
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
/** Fixed author and dates, so that equal content has equal commits and a second run is served from the cache. */
const identity = {
  GIT_AUTHOR_NAME: "Signalbox demo",
  GIT_AUTHOR_EMAIL: "demo@signalbox.invalid",
  GIT_COMMITTER_NAME: "Signalbox demo",
  GIT_COMMITTER_EMAIL: "demo@signalbox.invalid",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
}

/** What differs between the files on disk and those that the demo releases. */
export interface WorkspaceFiles {
  /** The repository's files: this project, or an example that is a repository of its own. */
  readonly project: string
  /** Text of the toolbox file, with the demo's own registry path. */
  readonly toolbox: string
  /** The demo's environments, by their names. */
  readonly environments: Readonly<Record<string, string>>
}

/** A repository of its own in which the demo cuts releases: a project's files, the demo's environments, one commit. */
export class Workspace {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  /** Creates it again from the project's files as they are on disk. */
  async create({ project, toolbox, environments }: WorkspaceFiles): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
    await mkdir(this.directory, { recursive: true })
    const { stdout } = await run(
      "git",
      ["-C", project, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
      {
        maxBuffer: 64 << 20,
      },
    )
    const files = stdout.split("\0").filter((file) => file !== "")
    for (const file of files) {
      await mkdir(dirname(join(this.directory, file)), { recursive: true })
      await cp(join(project, file), join(this.directory, file), { errorOnExist: false }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error
        },
      )
    }
    for (const [name, text] of Object.entries(environments))
      await this.write(`environments/${name}.yaml`, text)
    await this.write("toolbox.yaml", toolbox)
    await this.git("init", "--quiet", "--initial-branch", "main")
    await this.git("init", "--quiet", "--bare", "--initial-branch", "main", this.#remote)
    await this.git("remote", "add", "origin", this.#remote)
    await this.commit("feat: the first release")
    await this.git("remote", "set-head", "origin", "main")
  }

  /** Lists a public key in the policy, in a commit of its own: a protected environment takes only what it signed. */
  async trustKey(publicKey: string): Promise<void> {
    const file = join(this.directory, "signalbox.yaml")
    const pem = publicKey.trim().replaceAll(/^/gm, "      ")
    const keys = `\n# The demo makes a pair of its own for each run.\nsigningKeys:\n  - name: demo\n    publicKey: |\n${pem}\n`
    await writeFile(file, `${await readFile(file, "utf8")}${keys}`)
    await this.commit("feat: the key that releases are signed with")
  }

  /** The bare repository that main is pushed to: releases are held against the policy of its branch. */
  get #remote(): string {
    return join(this.directory, ".git", "origin.git")
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await run("git", ["-C", this.directory, ...args], {
      env: { ...process.env, ...identity, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      maxBuffer: 64 << 20,
    })
    return stdout.trim()
  }

  async commit(message: string): Promise<void> {
    await this.git("add", "--all")
    await this.git("commit", "--quiet", "--message", message)
    await this.push()
  }

  /** Pushes main as it is now. */
  async push(): Promise<void> {
    await this.git("push", "--quiet", "--force", "origin", "main:main")
  }

  tag(name: string): Promise<string> {
    return this.git("tag", name)
  }

  forget(tag: string): Promise<string> {
    return this.git("tag", "--delete", tag)
  }

  /** Resets main to a commit or tag, without the later commits and without untracked files. */
  async reset(to: string): Promise<void> {
    await this.git("reset", "--quiet", "--hard", to)
    await this.git("clean", "--quiet", "-d", "--force")
    await this.push()
  }

  /** Replaces text in one file. @throws unless the text occurs exactly once: a defect must not silently stay unplanted. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const path = join(this.directory, file)
    const text = await readFile(path, "utf8")
    if (text.split(from).length !== 2)
      throw new Error(`${file}: expected exactly one ${JSON.stringify(from)}`)
    await writeFile(
      path,
      text.replace(from, () => to),
    )
  }

  async write(file: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.directory, file)), { recursive: true })
    await writeFile(join(this.directory, file), content)
  }
}
