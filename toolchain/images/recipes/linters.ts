import { versions } from "../../versions.ts"
import { donorSet, toolImage } from "./common.ts"

/** Images of the linters that gates bring. */
export const hadolint = toolImage({
  name: "hadolint",
  version: versions.hadolint,
  description: "Judges Dockerfiles",
  source: "https://github.com/hadolint/hadolint",
  licenses: "GPL-3.0-only",
})

export const shellcheck = toolImage({
  name: "shellcheck",
  version: versions.shellcheck,
  description: "Judges shell scripts",
  source: "https://github.com/koalaman/shellcheck",
  licenses: "GPL-3.0-only",
})

export const actionlint = toolImage({
  name: "actionlint",
  version: versions.actionlint,
  description: "Judges workflows of GitHub Actions",
  source: "https://github.com/rhysd/actionlint",
  licenses: "MIT",
})

export const zizmor = toolImage({
  name: "zizmor",
  version: versions.zizmor,
  description:
    "Finds weak places in workflows and actions of GitHub Actions, with the libraries that it is linked to",
  source: "https://github.com/zizmorcore/zizmor",
  licenses: "MIT",
  content: [{ from: donorSet, collect: { programs: [], libraries: ["libc6", "libgcc-s1"] } }],
})
