import { parseArgs } from "node:util"
import { recordGitleaks } from "./gitleaks.ts"
import { recordHelm } from "./helm.ts"
import { recordK6 } from "./k6.ts"
import { recordKubeScore } from "./kube-score.ts"
import { recordKubeconform } from "./kubeconform.ts"
import { recordTrivy } from "./trivy.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { type: "string" },
    database: { type: "string" },
    schemas: { type: "string" },
    image: { type: "string" },
  },
})

const tool = (name: string) => `${values.tools}/${name}`
const recordings: Record<string, () => void | Promise<void>> = {
  gitleaks: () => recordGitleaks(tool("gitleaks")),
  helm: () => recordHelm(tool("helm")),
  k6: () => recordK6(tool("k6")),
  "kube-score": () => recordKubeScore(tool("kube-score")),
  kubeconform: () => recordKubeconform(tool("kubeconform"), needed("schemas", values.schemas)),
  trivy: () => recordTrivy(tool("trivy"), needed("database", values.database), needed("image", values.image)),
}

function needed(name: string, value: string | undefined): string {
  if (!value) throw new Error(`--${name} DIR is needed`)
  return value
}

needed("tools", values.tools)
for (const name of positionals.length > 0 ? positionals : Object.keys(recordings)) {
  const record = recordings[name]
  if (!record) throw new Error(`no recording named ${name}; there are: ${Object.keys(recordings).join(", ")}`)
  await record()
}
