import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import { advisories } from "./advisories.ts"
import { base } from "./base.ts"
import { donorSet } from "./common.ts"
import { nginx } from "./nginx.ts"
import { node, nodeSlim } from "./node.ts"
import { gitleaks, helm, k6, kubeconform, kubectl, trivy } from "./tools.ts"

/** Debian systems that the recipes take files from. */
export const debianSets: readonly DebianSet[] = [
  { name: "base", packages: [] },
  { name: donorSet, packages: ["git", "libstdc++6", "nginx"] },
]

export const recipes: readonly Recipe[] = [
  base,
  node,
  nodeSlim,
  nginx,
  helm,
  kubectl,
  k6,
  trivy,
  gitleaks,
  kubeconform,
  advisories,
]
