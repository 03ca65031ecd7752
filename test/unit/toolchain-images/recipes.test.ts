import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { toolboxSchema } from "../../../src/toolbox/schema.ts"
import { advisoriesName } from "../../../toolchain/advisories/build.ts"
import { imageStepId, isImageStep, onDemandSteps, steps } from "../../../toolchain/images/index.ts"
import { recipes } from "../../../toolchain/images/recipes/index.ts"
import { toolboxContent } from "../../../toolchain/images/toolbox-file.ts"
import { repositoryRoot } from "../../../toolchain/paths.ts"
import type { Step } from "../../../toolchain/steps/index.ts"
import { keysOf } from "../../../toolchain/steps/key.ts"
import { versions } from "../../../toolchain/versions.ts"

/** The cluster's part makes it; here only its name counts. */
const kubeBinaries: Step = {
  id: "kube-binaries",
  title: "",
  needs: [],
  inputs: {},
  heavy: true,
  run: async () => undefined,
}

const digest = `sha256:${"0".repeat(64)}`
const published = [
  ...recipes,
  { name: "schemas", version: "1.36.3" },
  { name: "kubernetes", version: "1.36.3" },
].map(({ name, version }) => ({
  name,
  version,
  reference: `198.18.0.1:5000/signalbox/${name}:${version}`,
  digest,
  pushed: true,
}))

test("every step's needs and input files exist", async () => {
  const keys = await keysOf([...steps, kubeBinaries], repositoryRoot)
  expect(keys.size).toBe(steps.length + 1)
})

test("each recipe has its own image step", () => {
  expect(steps.filter(isImageStep).map((step) => step.id)).toEqual(
    recipes.map((recipe) => imageStepId(recipe.name)),
  )
  expect(new Set(recipes.map((recipe) => recipe.name)).size).toBe(recipes.length)
})

// base and node are build images, as their public counterparts; advisories holds data and runs nothing.
test.each(recipes.filter(({ name }) => !["base", "node", "advisories"].includes(name)))(
  "$name does not run as root",
  ({ user }) => {
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  },
)

test("the written toolbox file is one that the module reads", () => {
  const toolbox = toolboxSchema.parse(toolboxContent(published))
  expect(toolbox.tools.trivy).toMatchObject({ version: versions.trivy, digest, path: "/usr/local/bin/trivy" })
  expect(toolbox.databases.trivy?.name).toBe(advisoriesName)
  expect(toolbox.schemas.kubernetes?.version).toBe("1.36.3")
  expect(toolbox.cluster?.image).toContain("/kubernetes:")
})

test("nginx is the one for several processors where that was made", () => {
  const several = { name: "nginx-platforms", version: "1.22.1", reference: "registry/nginx-platforms:1.22.1" }
  const images = [...published, { ...several, digest: `sha256:${"1".repeat(64)}`, pushed: true }]
  const nginxOf = (of: typeof published) => toolboxSchema.parse(toolboxContent(of)).tools.nginx
  expect(nginxOf(published)?.image).toMatch(/\/nginx:1\.22\.1$/)
  expect(nginxOf(images)).toMatchObject({ image: several.reference, version: "1.22.1" })
})

test("an image that is only a part of others is not published by itself", () => {
  const names = onDemandSteps.filter(isImageStep).map(({ image }) => image.name)
  expect(names).toContain("nginx-platforms")
  expect(names).not.toContain("nginx-arm64")
  expect(onDemandSteps.map(({ id }) => id)).toContain("image-nginx-arm64")
})

test("a toolbox file without cluster and schemas is valid too", () => {
  const withoutCluster = published.filter(({ name }) => !["schemas", "kubernetes"].includes(name))
  const toolbox = toolboxSchema.parse(toolboxContent(withoutCluster))
  expect(toolbox.cluster).toBeUndefined()
  expect(toolbox.schemas.kubernetes).toBeUndefined()
})

test("the public toolbox names the versions that the toolchain builds", async () => {
  const toolbox = toolboxSchema.parse(parse(await readFile(join(repositoryRoot, "toolbox.yaml"), "utf8")))
  const { helm, kubectl, k6, trivy, gitleaks, kubeconform, node } = toolbox.tools
  expect([helm, k6, trivy, gitleaks, kubeconform, node].map((tool) => tool?.version)).toEqual([
    versions.helm,
    versions.k6,
    versions.trivy,
    versions.gitleaks,
    versions.kubeconform,
    versions.node,
  ])
  expect(kubectl?.version).toBe(versions.kubernetes)
  for (const [name, tool] of Object.entries(toolbox.tools)) {
    // The tag of the scanner's image is the image's own version, and only then the scanner's, without its build.
    const version = name === "sonarScanner" ? tool?.version.replace(/\.\d+$/, "") : tool?.version
    // Of bandit, only the tag `latest` is published.
    expect(tool?.image).toContain(name === "bandit" ? ":latest" : version)
  }
})
