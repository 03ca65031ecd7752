import { type Directory, dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { buildChosen, type Choice, imageSizes } from "./build.ts"
import { imageSboms } from "./sbom.ts"

/**
 * What a production build gives, as files that can be kept: `images/COMPONENT` as an OCI layout, whose digest is that which would be published,
 * `sbom/`, and `sizes.json`. An image that was built elsewhere is in its registry: of it, only what is said about it.
 */
export async function buildOutput(
  session: Session,
  trust: Trust,
  choice: Choice = { names: [] },
): Promise<Directory> {
  const [images, sboms, { json }] = await Promise.all([
    buildChosen(session, trust, choice),
    imageSboms(session, trust, choice),
    imageSizes(session, trust, choice),
  ])
  const about = dag.directory().withDirectory("sbom", sboms).withNewFile("sizes.json", json)
  return images
    .filter(({ published }) => published === undefined)
    .reduce((all, { component, layout }) => all.withDirectory(`images/${component}`, layout), about)
}
