import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { goEnvironment } from "../../go.ts"
import type { Recipe } from "../../images/recipe.ts"
import type { Step, StepContext } from "../../steps/index.ts"
import { versions } from "../../versions.ts"
import { type OpenApi, schemasOf } from "./generate.ts"

const module = "k8s.io/kubernetes"

/** JSON schemas of every kind of this Kubernetes version, strict. Output: `schemas/*.json`. */
export const kubernetesSchemas: Step = {
  id: "kubernetes-schemas",
  title: `Generate the schemas of Kubernetes ${versions.kubernetes}`,
  needs: [],
  inputs: {
    files: ["toolchain/cluster/schemas", "toolchain/cluster/kube/go.mod", "toolchain/cluster/kube/go.sum"],
    values: [versions.kubernetes],
  },
  heavy: false,
  async run(ctx) {
    const openApi = JSON.parse(await readFile(await openApiFile(ctx), "utf8")) as OpenApi
    const out = join(ctx.out, "schemas")
    await mkdir(out)
    const schemas = schemasOf(openApi)
    for (const [name, schema] of schemas) await writeFile(join(out, name), JSON.stringify(schema))
    ctx.log(`${schemas.size} schemas`)
  },
}

/** The published module carries the API server's OpenAPI document, as the server of that version serves it. */
async function openApiFile(ctx: StepContext): Promise<string> {
  const options = { cwd: join(ctx.root, "toolchain/cluster/kube"), env: goEnvironment }
  await ctx.exec("go", ["mod", "download", module], options)
  const directory = await ctx.exec("go", ["list", "-m", "-f", "{{.Dir}}", module], options)
  return join(directory.trim(), "api/openapi-spec/swagger.json")
}

/** The schemas as an image; kubeconform finds them by `-schema-location` of `kubeconformSchemaLocation`. */
export const schemasImage: Recipe = {
  name: "schemas",
  version: versions.kubernetes,
  description: `Strict JSON schemas of Kubernetes ${versions.kubernetes}, in kubeconform's layout`,
  source: "https://github.com/kubernetes/kubernetes",
  licenses: "Apache-2.0",
  content: [{ step: kubernetesSchemas.id, directory: "schemas", to: "schemas" }],
}

/** kubeconform's `-schema-location` where the schemas are at /schemas. */
export const kubeconformSchemaLocation = "/schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
