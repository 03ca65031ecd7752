import { versions } from "../../versions.ts"
import { toolImage } from "./common.ts"

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
