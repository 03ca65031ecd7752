import type { ForeignSet } from "../foreign/index.ts"
import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import type { Several } from "../several.ts"
import { advisories, advisoriesOsv } from "./advisories.ts"
import { base } from "./base.ts"
import { browser, browserSet } from "./browser.ts"
import { donorSet } from "./common.ts"
import { go } from "./go.ts"
import { javaBase, jdkSet, maven } from "./java.ts"
import { actionlint, hadolint, shellcheck, zizmor } from "./linters.ts"
import { nginx, nginxArm64, nginxArm64Set } from "./nginx.ts"
import { node, nodeSlim } from "./node.ts"
import { python, pythonSet, pythonSlim, pythonSlimSet } from "./python.ts"
import { bandit, semgrep } from "./python-tools.ts"
import { rust, rustArm64Set, rustSet } from "./rust.ts"
import { postgres, redis, servicesSet } from "./services.ts"
import { sonarqube, sonarScanner } from "./sonarqube.ts"
import { staticBase } from "./static.ts"
import { gitleaks, helm, k6, kubeconform, kubectl, kubeScore, osvScanner, trivy } from "./tools.ts"

/** Debian moves old systems to a merged /usr with a Perl program; a new one is merged from the start. */
const perl: readonly string[] = [
  "usrmerge",
  "libfile-find-rule-perl",
  "libnumber-compare-perl",
  "libtext-glob-perl",
  "perl",
  "perl-modules-5.36",
  "libperl5.36",
  "libgdbm-compat4",
  "libgdbm6",
]

/** Debian systems that the recipes take files from. */
export const debianSets: readonly DebianSet[] = [
  { name: "base", packages: [], without: perl },
  { name: donorSet, packages: ["busybox", "git", "libstdc++6", "nginx"] },
]

export const recipes: readonly Recipe[] = [
  base,
  node,
  nodeSlim,
  nginx,
  staticBase,
  helm,
  kubectl,
  k6,
  trivy,
  gitleaks,
  kubeconform,
  advisories,
]

/** Debian systems and images that `up` leaves out: whoever needs one has it built. */
export const onDemandSets: readonly DebianSet[] = [
  ...[pythonSet, pythonSlimSet, rustSet, jdkSet, servicesSet],
  browserSet,
]
/** The same of processors that this machine is not. */
export const foreignSets: readonly ForeignSet[] = [rustArm64Set, nginxArm64Set]
/** Images that are only parts of others, and those for several processors. */
export const partRecipes: readonly Recipe[] = [nginxArm64]
export const severalImages: readonly Several[] = [
  { name: "nginx-platforms", version: nginx.version, of: [nginx.name, nginxArm64.name] },
]
export const onDemandRecipes: readonly Recipe[] = [
  ...[python, pythonSlim, go, rust, maven, javaBase],
  ...[postgres, redis, sonarqube, sonarScanner],
  ...[hadolint, shellcheck, kubeScore, browser],
  ...[osvScanner, advisoriesOsv, semgrep, bandit, actionlint, zizmor],
]
