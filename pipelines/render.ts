import { type Directory, dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { CallEnded, failed } from "../src/call/index.ts"
import { ExitCode, exitCodeOf, type ReleaseImage } from "../src/domain/index.ts"
import { nodeWith } from "../src/toolbox/index.ts"
import { buildImages } from "./build.ts"
import { collectBundle, findRelease, valuesFiles } from "./bundle.ts"
import { registryPlace } from "./evidence.ts"
import { gatesError, policyApproval } from "./gate-end.ts"
import { judge } from "./gates.ts"

/** File name of the values that are added last: the version and the images. */
const injectedName = "signalbox.values.yaml"

/**
 * An environment's manifests as they would be deployed: of a release, or of this source tree with the digests that its
 * images have when built now. @throws CallEnded with the report of the gate `charts` when that gate fails.
 */
export async function render(
  session: Session,
  name: string,
  version: string | undefined,
): Promise<Directory> {
  const environment = await session.environment(name)
  const { files, images, label } = await (version === undefined
    ? renderableSource(session, name)
    : renderableRelease(session, version))
  const { injectedValues, injectedValuesFile, templateArguments } = await import("../src/chart/index.ts")
  const values = [...(await valuesFiles(files, name)), injectedName].map((file) => `values/${file}`)
  const request = { release: environment.release, namespace: environment.namespace, chart: "chart", values }
  const manifests = nodeWith(await session.toolbox(), ["helm"])
    .withMountedDirectory(
      "/work",
      files.withNewFile(`values/${injectedName}`, injectedValuesFile(injectedValues(label, images))),
    )
    .withWorkdir("/work")
    .withDirectory("/out", dag.directory())
    // Into a file, because the engine shows stdout in the log of every call.
    .withExec(["helm", ...templateArguments(request)], { redirectStdout: "/out/manifests.yaml" })
    .file("/out/manifests.yaml")
  return dag.directory().withFile("manifests.yaml", manifests)
}

interface Renderable {
  readonly files: Directory
  readonly images: readonly Pick<ReleaseImage, "component" | "repository" | "digest">[]
  readonly label: string
}

async function renderableRelease(session: Session, version: string): Promise<Renderable> {
  const { record, files } = await findRelease(session, version)
  return { files, images: record.images, label: record.version }
}

/** The gate `charts` runs first: a chart that lint, schemas or policy refuse is not rendered. */
async function renderableSource(session: Session, environment: string): Promise<Renderable> {
  const { data, approvable } = await judge(session, { context: "branch", only: ["charts"] })
  if (exitCodeOf(data.verdict) !== ExitCode.pass) {
    const { toMarkdown } = await import("../src/report/index.ts")
    const error =
      approvable === undefined
        ? gatesError(data.verdict, `the gate charts ended with ${data.verdict}`)
        : policyApproval(approvable, `render --environment ${environment}`)
    throw new CallEnded(failed(error, toMarkdown(data)))
  }
  const { parseDigest } = await import("../src/domain/index.ts")
  const [place, built, files] = await Promise.all([
    registryPlace(session),
    buildImages(session, "branch"),
    collectBundle(session),
  ])
  const images = built.map(({ component, digest }) => ({
    component,
    repository: `${place.registry}/${place.prefix}/${component}`,
    digest: parseDigest(digest),
  }))
  return { files, images, label: "0.0.0-local" }
}
