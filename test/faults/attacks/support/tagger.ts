/** Somebody who may push tags and feature branches, and the job that CI starts for each tag. */

import { releasedShop } from "../../../cluster/deploy-support/shop.ts"
import type { Outcome } from "../../../engine/harness/index.ts"
import type { Project } from "../../../engine/support/project.ts"
import { git, pushMain } from "../../../engine/support/repository.ts"
import { keys } from "./keys.ts"
import type { Canaries } from "./leaks.ts"
import type { Watch } from "./refused.ts"
import { ProjectRegistry } from "./registry.ts"
import { canariesOf, commitOn, everyTag, signing, signingKeys } from "./scene.ts"

/** Access to clusters that do not exist: whatever is refused here is refused before one of them is asked. */
const env = { STAGING: "no cluster", PRODUCTION: "no cluster", SIGNING_KEY: keys.release.privateKey }

/** A shop with a signed release and a protected production, whose tags somebody else may push, too. */
export class Tagger implements AsyncDisposable {
  readonly here: Project
  readonly registry: ProjectRegistry
  readonly canaries: Canaries = canariesOf({ SIGNING_KEY: keys.release.privateKey })
  /** The protected commit that CI has published. */
  readonly published: string
  /** A commit that is on a feature branch only. */
  readonly feature: string

  private constructor(here: Project, published: string, feature: string) {
    this.here = here
    this.registry = new ProjectRegistry(here.name)
    this.published = published
    this.feature = feature
  }

  static async begin(): Promise<Tagger> {
    const here = await releasedShop(
      {
        staging: { namespace: "shop-staging" },
        production: { namespace: "shop-production", protected: true, promotesFrom: "staging" },
      },
      undefined,
      { env, publish: signing, config: `${signingKeys()}${everyTag}` },
    )
    const published = await git(here.files.path, "rev-parse", "refs/remotes/origin/main")
    return new Tagger(here, published, (await commitOn(here.files.path, "feature/attack", "main")).commit)
  }

  git(...args: string[]): Promise<string> {
    return git(this.here.files.path, ...args)
  }

  /** A ref below refs/tags, also of a name that `git tag` would not take. */
  async tag(name: string, object: string): Promise<void> {
    await this.git("update-ref", `refs/tags/${name}`, object)
  }

  /** An annotation of an object, which may be one itself. @returns its id */
  async annotated(name: string, object: string): Promise<string> {
    await this.git("tag", "--force", "--annotate", "--message", name, name, object)
    return this.git("rev-parse", `refs/tags/${name}`)
  }

  /** The job of a tag, with all that CI gives to it. @param before the function's name */
  release(tag: string, more = signing, before: readonly string[] = []): Promise<Outcome> {
    return this.call([
      ...before,
      ...["with-access", "--environment", "staging", "--kubeconfig", "env://STAGING"],
      ...["release", `--tag=${tag}`, "--kubeconfig", "env://PRODUCTION", ...more],
    ])
  }

  call(args: readonly string[]): Promise<Outcome> {
    return this.here.call(args, { env })
  }

  /** A commit on main with these files, and one after it that takes them back, as reviews have let both through. */
  async former(files: Readonly<Record<string, string>>): Promise<string> {
    await this.here.write(files)
    const commit = await this.toMain("feat: former")
    await this.git("revert", "--no-edit", commit)
    await pushMain(this.here.files.path)
    return commit
  }

  /** Everything in the working tree onto the protected branch. @returns its commit */
  async toMain(message: string): Promise<string> {
    await this.git("add", "--all", "--force")
    await this.git("commit", "--quiet", "--allow-empty", "--message", message)
    await pushMain(this.here.files.path)
    return this.git("rev-parse", "HEAD")
  }

  /** Everything with a tag in the registry. */
  readonly watch: Watch = () => this.registry.tags()

  async [Symbol.asyncDispose](): Promise<void> {
    await this.here[Symbol.asyncDispose]()
  }
}
