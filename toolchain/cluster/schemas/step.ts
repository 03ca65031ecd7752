import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Recipe } from "../../images/recipe.ts"
import type { Step } from "../../steps/index.ts"
import { versions } from "../../versions.ts"
import { etcdBinaries, kubeBinaries } from "../binaries.ts"
import { schemasOf } from "./generate.ts"
import { servedOpenApi } from "./server.ts"

/** JSON schemas of every kind that this Kubernetes version serves by default, strict. Output: `schemas/*.json`. */
export const kubernetesSchemas: Step = {
  id: "kubernetes-schemas",
  title: `Generate the schemas of Kubernetes ${versions.kubernetes}`,
  needs: [kubeBinaries.id, etcdBinaries.id],
  inputs: { files: ["toolchain/cluster/schemas"], values: [versions.kubernetes] },
  heavy: false,
  async run(ctx) {
    const etcd = join(ctx.output(etcdBinaries.id), "server")
    const apiServer = join(ctx.output(kubeBinaries.id), "kube-apiserver")
    const schemas = schemasOf(await servedOpenApi({ etcd, apiServer }, ctx.log))
    const out = join(ctx.out, "schemas")
    await mkdir(out)
    for (const [name, schema] of schemas) await writeFile(join(out, name), JSON.stringify(schema))
    ctx.log(`${schemas.size} schemas`)
  },
}

/** The schemas as an image; kubeconform finds them by `-schema-location` `/schemas/{{.ResourceKind}}{{.KindSuffix}}.json`. */
export const schemasImage: Recipe = {
  name: "schemas",
  version: versions.kubernetes,
  description: `Strict JSON schemas of Kubernetes ${versions.kubernetes}, in kubeconform's layout`,
  source: "https://github.com/kubernetes/kubernetes",
  licenses: "Apache-2.0",
  content: [{ step: kubernetesSchemas.id, directory: "schemas", to: "schemas" }],
}

/** kubeconform's `-schema-location` where the schemas are at /schemas. */
