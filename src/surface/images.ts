import { type Container, type Directory, type File, func, object } from "@dagger.io/dagger"

/** Images of an application's components. Nothing is built until something is asked of them. */
@object()
export class Images {
  source: Directory
  config?: File
  toolbox: File
  /** Names of the chosen components; all of them when empty. */
  chosen: string[]

  constructor(source: Directory, toolbox: File, chosen: string[], config?: File) {
    this.source = source
    this.toolbox = toolbox
    this.chosen = chosen
    if (config !== undefined) this.config = config
  }

  /** Names of the components. */
  @func()
  async list(): Promise<string[]> {
    if (this.chosen.length > 0) return this.chosen
    return Object.keys((await (await this.session()).config()).components)
  }

  /**
   * The container of a component, as it is published.
   * @param component Name of the component. Default: the only one chosen.
   */
  @func()
  async container(component?: string): Promise<Container> {
    const { imageContainer } = await import("../../pipelines/build.ts")
    const names = await this.list()
    const name = component ?? (names.length === 1 ? names[0] : undefined)
    if (name === undefined) throw new Error(`USAGE: name one component: --component ${names.join(" | ")}`)
    return imageContainer(await this.session(), "branch", name)
  }

  /** Compressed size of each image, its budget (maxImageMb) and its digest. */
  @func()
  async sizes(): Promise<string> {
    const { imageSizes } = await import("../../pipelines/build.ts")
    return (await imageSizes(await this.session(), "branch", this.names())).text
  }

  /** The same as JSON: {"schemaVersion":1,"images":[{"component","digest","bytes","budget","withinBudget"}]}. */
  @func()
  async sizesJson(): Promise<string> {
    const { imageSizes } = await import("../../pipelines/build.ts")
    return (await imageSizes(await this.session(), "branch", this.names())).json
  }

  /** One CycloneDX document per image: COMPONENT.cdx.json. */
  @func()
  async sbom(): Promise<Directory> {
    const { imageSboms } = await import("../../pipelines/build.ts")
    return imageSboms(await this.session(), "branch", this.names())
  }

  private names(): readonly string[] | undefined {
    return this.chosen.length === 0 ? undefined : this.chosen
  }

  private async session() {
    const { Session } = await import("../../pipelines/session.ts")
    const none = { git: undefined, actor: undefined, registryUser: undefined, registryToken: undefined }
    return new Session({ source: this.source, toolbox: this.toolbox, config: this.config, ...none })
  }
}
