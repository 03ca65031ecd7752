/** What somebody has who may push a branch: a tree of their own, which CI checks out and judges. */
import type { Outcome } from "../../../engine/harness/index.ts"
import { type Project, project, publishedBy } from "../../../engine/support/project.ts"
import { git, pushMain } from "../../../engine/support/repository.ts"
import type { Watch } from "./refused.ts"

/** The gates that judge quickly: a report of some of them is no pass unless the call says so. */
export const quick = ["--skip", "unit,coverage,secrets,vulnerabilities,images,charts"]

/** Does not compile. */
export const broken = { "web/src/broken.ts": 'export const port: number = "8080"\n' }

export class PullRequest implements AsyncDisposable {
  readonly here: Project
  /** Of the protected base. */
  readonly config: string
  readonly toolbox: string
  readonly base: string

  private constructor(here: Project, config: string, toolbox: string, base: string) {
    this.here = here
    this.config = config
    this.toolbox = toolbox
    this.base = base
  }

  /** A project whose main is pushed, with a second toolbox file in `ci/`. */
  static async open(): Promise<PullRequest> {
    const here = await project()
    const [config, toolbox] = [await here.files.read("signalbox.yaml"), await here.files.read("toolbox.yaml")]
    await here.write({ "ci/toolbox.yaml": toolbox })
    await commitAs(here, "feat: another toolbox")
    await pushMain(here.files.path)
    return new PullRequest(here, config, toolbox, await git(here.files.path, "rev-parse", "HEAD"))
  }

  /** A branch from the protected base, with files of the attacker's, which CI has checked out. */
  async branch(files: Readonly<Record<string, string>>, name = "feature/attack"): Promise<void> {
    const { path } = this.here.files
    await git(path, "checkout", "--quiet", "--force", "-B", name, this.base)
    await git(path, "clean", "--quiet", "--force", "-d", "-x")
    await this.here.write(files)
    await this.commit()
  }

  commit(): Promise<void> {
    return commitAs(this.here, "feat: attack")
  }

  git(...args: string[]): Promise<string> {
    return git(this.here.files.path, ...args)
  }

  /** Some gates, as CI judges a fork. */
  gates(only: string, ...before: string[]): Promise<Outcome> {
    return this.here.call([...before, "gates", "--context", "fork", "--only", only, "assert", "--partial"])
  }

  /** All gates that judge quickly. */
  quickly(...more: string[]): Promise<Outcome> {
    return this.here.call(["gates", "--context", "fork", ...quick, "assert", ...more])
  }

  /** Nothing is published, and no ref of a remote is another one. */
  readonly watch: Watch = async () => {
    const refs = await this.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/remotes")
    return [...(await publishedBy(this.here.name)), ...refs.split("\n")]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.here[Symbol.asyncDispose]()
  }
}

async function commitAs({ files: { path } }: Project, message: string): Promise<void> {
  await git(path, "add", "--all", "--force")
  await git(path, "commit", "--quiet", "--message", message)
}
