import { stringify } from "yaml"
import { finalError } from "../../engine/harness/index.ts"
import { type Project, project } from "../../engine/support/project.ts"
import { commitAll, pushMain } from "../../engine/support/repository.ts"
import type { Signer } from "./signer.ts"

/** The version that `releasedShop` has published. */
export const version = "1.0.0"

/** One quick pod; the chart's own defaults are for people's applications. */
const values = {
  components: {
    web: {
      replicas: 1,
      resources: { requests: { cpu: "5m", memory: "32Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
      drainSeconds: 0,
      graceSeconds: 1,
    },
  },
}

/** What every environment of the shop has; it has no load script, and is judged by the toolchain's advisories. */
const common = {
  schemaVersion: 1,
  release: "shop",
  access: { kind: "service-proxy", component: "web" },
  timeouts: { rollout: "90s", rollback: "60s" },
  acceptedDatabases: [{ name: "signalbox-fixture", maxAge: "9999d" }],
  load: { profile: "none" },
}

/** What a shop has beside its environments, and how it is published. */
interface ShopOptions {
  /** Further lines of signalbox.yaml. */
  readonly config?: string
  /** Changes the lines that signalbox.yaml has. */
  readonly change?: (config: string) => string
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>
  /** Before `publish`, and after its version. */
  readonly before?: readonly string[]
  readonly publish?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * A shop with its own environments, judged, built and published by this library's module.
 * @param environments what each has beside what all have, by name.
 * @param signer signs the release; the policy lists its key, `release`. Default: nothing is signed.
 */
export async function releasedShop(
  environments: Readonly<Record<string, object>>,
  signer?: Signer,
  {
    config: more = "",
    change = (own) => own,
    files = {},
    before = [],
    publish = [],
    env = {},
  }: ShopOptions = {},
): Promise<Project> {
  const here = await project()
  const config = await here.files.read("signalbox.yaml")
  const named = Object.entries(environments).map(([name, own]) => [
    `environments/${name}.yaml`,
    stringify({ ...common, name, ...own }),
  ])
  await here.write({
    "signalbox.yaml": `${change(config).replace(/^environments: .*\n/m, "")}environments: [${Object.keys(environments).join(", ")}]
chart: { values: deploy/values.yaml }
${more}${signer === undefined ? "" : stringify({ signingKeys: [{ name: "release", publicKey: signer.publicKey }] })}`,
    "deploy/values.yaml": stringify(values),
    ...Object.fromEntries(named),
    ...files,
  })
  await commitAll(here.files.path)
  await pushMain(here.files.path)
  const published = await here.call(
    [...before, "publish", "--version", version, ...publish, ...(signer?.args ?? [])],
    { env: { ...env, ...signer?.env } },
  )
  if (published.code !== 0) throw new Error(`the shop was not published: ${finalError(published)}`)
  return here
}
